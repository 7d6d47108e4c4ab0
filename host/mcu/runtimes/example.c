/*
 * A station in as little C as it takes: station.h (which `npm run build` makes, with the module in it as an array), one of
 * the runtimes beside this file, and three imports, which are stubs here: noise that is none, NVM in RAM. It takes frames in
 * hexadecimal, a line each, and prints what it would send.
 *
 *   cc -I. example.c wasm3.c ... -o example        the NVM image in hexadecimal is its first line
 */
#include <stdio.h>
#include <string.h>

#define AMP_STATION_MODULE
#include "station.h"

#include "runtime.h"

enum { LINE_OCTETS = 2 * AMP_NVM_OCTETS + 2 };

static uint8_t nvm[AMP_NVM_OCTETS];

/* A stub: the same in every life. A device hands over what its hardware source gives. */
int32_t amp_env_entropy(int32_t pointer, int32_t length) {
  uint8_t *into = runtime_room(pointer, length);
  int32_t i;
  if (!into) return -1;
  for (i = 0; i < length; i++) into[i] = (uint8_t)(7 * i);
  return 0;
}

static uint8_t *record(int32_t offset, int32_t length) {
  if (offset < 0 || length < 0 || offset > AMP_NVM_OCTETS || length > AMP_NVM_OCTETS - offset) return NULL;
  return nvm + offset;
}

int32_t amp_env_nvmRead(int32_t offset, int32_t pointer, int32_t length) {
  uint8_t *into = runtime_room(pointer, length);
  const uint8_t *from = record(offset, length);
  if (!into || !from) return -1;
  memcpy(into, from, (size_t)length);
  return 0;
}

/* A stub: RAM keeps nothing. A device writes octet by octet, and returns when they are durable. */
int32_t amp_env_nvmWrite(int32_t offset, int32_t pointer, int32_t length) {
  const uint8_t *from = runtime_room(pointer, length);
  uint8_t *into = record(offset, length);
  if (!into || !from) return -1;
  memcpy(into, from, (size_t)length);
  return 0;
}

/* A line of hexadecimal; the octets that it holds, at most `most`; -1: none, or no more lines. */
static int32_t read_line(uint8_t *into, int32_t most) {
  char line[LINE_OCTETS + 2];
  unsigned octet;
  int32_t count = 0;
  if (!fgets(line, sizeof line, stdin)) return -1;
  while (count < most && sscanf(line + 2 * count, "%2x", &octet) == 1) into[count++] = (uint8_t)octet;
  return count;
}

int main(void) {
  static const char READING[] = "21.5 degrees";
  uint8_t *rx, *tx;
  int32_t length;
  if (runtime_open(amp_station_wasm, sizeof amp_station_wasm) != 0) return 1;
  if (read_line(nvm, sizeof nvm) != AMP_NVM_OCTETS || amp_boot() != 0) return 2;
  rx = runtime_room(amp_rx_buffer(), AMP_RX_BUFFER_OCTETS);
  tx = runtime_room(amp_tx_buffer(), AMP_TX_BUFFER_OCTETS);
  memcpy(runtime_room(amp_payload_buffer(), AMP_PAYLOAD_BUFFER_OCTETS), READING, sizeof READING - 1);
  if (amp_set_payload(sizeof READING - 1, 1) != 0) return 3;
  while ((length = read_line(rx, AMP_RX_BUFFER_OCTETS)) >= 0) {
    const int32_t answer = amp_receive(length);
    int32_t i;
    if (answer < 0) printf("status %d\n", (int)answer);
    else {
      for (i = 0; i < answer; i++) printf("%02x", tx[i]);
      printf("%s\n", answer ? "" : amp_state() == AMP_STATE_SECURE ? "secure" : "nothing to send");
    }
    fflush(stdout);
  }
  return 0;
}
