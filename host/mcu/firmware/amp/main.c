/* Firmware around the AMP station: a command a call of its ABI. */
#include "around.h"

enum { PAYLOAD_OCTETS = 64, RX_OCTETS = 72 };

static u32 least(u32 a, u32 b) { return a < b ? a : b; }

int main(void) {
  u8 octets[RX_OCTETS];
  u8 *rx, *tx, *payload;
  station_begin();
  rx = station_memory + Z_stationZ_amp_rx_buffer(&station);
  tx = station_memory + Z_stationZ_amp_tx_buffer(&station);
  payload = station_memory + Z_stationZ_amp_payload_buffer(&station);
  for (;;) {
    const Command command = command_read(octets, sizeof octets);
    int status = 0;
    switch (command.operation) {
      case 'b':
        MARKED(Z_stationZ_amp_boot(&station));
        answer(status, 0, 0);
        break;
      case 'p':
        __builtin_memcpy(payload, octets, least(command.length, PAYLOAD_OCTETS));
        MARKED(Z_stationZ_amp_set_payload(&station, command.length, command.argument));
        answer(status, 0, 0);
        break;
      case 'r':
        __builtin_memcpy(rx, octets, least(command.length, RX_OCTETS));
        MARKED(Z_stationZ_amp_receive(&station, command.length));
        answer(status, tx, status > 0 ? (u32)status : 0);
        break;
      case 's':
        MARKED(Z_stationZ_amp_send(&station));
        answer(status, tx, status > 0 ? (u32)status : 0);
        break;
      case 'd':
        MARKED(Z_stationZ_amp_received(&station));
        answer(status, payload, (u32)status);
        break;
      case 't':
        MARKED(Z_stationZ_amp_trigger_data(&station));
        answer(status, payload, (u32)status);
        break;
      case 'a':
        answer((int)Z_stationZ_amp_state(&station), 0, 0);
        break;
      case 'u':
        answer((int)stack_untouched() * 4, 0, 0);
        break;
      default:
        leave(2);
    }
  }
}
