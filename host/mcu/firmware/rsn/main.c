/* Firmware around the RSN station (docs/RSN.md): a command a call of its ABI. */
#include "around.h"

enum { PAYLOAD_OCTETS = 112, RX_OCTETS = 512 };

static u32 least(u32 a, u32 b) { return a < b ? a : b; }

int main(void) {
  u8 octets[RX_OCTETS];
  u8 *rx, *tx, *payload;
  station_begin();
  rx = station_memory + Z_stationZ_rsn_rx_buffer(&station);
  tx = station_memory + Z_stationZ_rsn_tx_buffer(&station);
  payload = station_memory + Z_stationZ_rsn_payload_buffer(&station);
  for (;;) {
    const Command command = command_read(octets, sizeof octets);
    int status = 0;
    switch (command.operation) {
      case 'b':
        MARKED(Z_stationZ_rsn_boot(&station));
        answer(status, 0, 0);
        break;
      case 'o':
        MARKED(Z_stationZ_rsn_start(&station));
        answer(status, tx, status > 0 ? (u32)status : 0);
        break;
      case 'r':
        __builtin_memcpy(rx, octets, command.length);
        MARKED(Z_stationZ_rsn_receive(&station, command.length));
        answer(status, tx, status > 0 ? (u32)status : 0);
        break;
      case 's':
        __builtin_memcpy(payload, octets, least(command.length, PAYLOAD_OCTETS));
        MARKED(Z_stationZ_rsn_send(&station, command.length));
        answer(status, tx, status > 0 ? (u32)status : 0);
        break;
      case 'd':
        MARKED(Z_stationZ_rsn_received(&station));
        answer(status, payload, (u32)status);
        break;
      case 'a':
        answer((int)Z_stationZ_rsn_state(&station), 0, 0);
        break;
      case 'u':
        answer((int)stack_untouched() * 4, 0, 0);
        break;
      default:
        leave(2);
    }
  }
}
