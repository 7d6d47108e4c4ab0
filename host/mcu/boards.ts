/*
 * The microcontrollers that QEMU emulates here, and where their memories lie. One of each core that a tag may have, the
 * two small ones with as little RAM as such parts come with.
 */

export interface Board {
  /** QEMU's machine. */
  readonly name: string;
  readonly says: string;
  readonly core: "cortex-m4" | "cortex-m3" | "cortex-m0";
  /** As the board has it; the emulator knows no clock that code would run at. */
  readonly clock_Hz: number;
  readonly flash: Region;
  readonly ram: Region;
}

interface Region {
  readonly origin: number;
  readonly octets: number;
}

const KiB = 1024;

/**
 * Sizes, origins and clocks as QEMU 7.2 has them: hw/arm/mps2.c, stm32vldiscovery.c with stm32f100_soc.c, microbit.c with
 * nrf51_soc.c. The clocks are those of Arm's AN386, and the greatest of the STM32F100RB and the nRF51822.
 */
export const BOARDS: readonly Board[] = [
  {
    name: "mps2-an386",
    says: "Cortex-M4, 4 MiB of each memory",
    core: "cortex-m4",
    clock_Hz: 25e6,
    flash: { origin: 0, octets: 4096 * KiB },
    ram: { origin: 0x20000000, octets: 4096 * KiB },
  },
  {
    name: "stm32vldiscovery",
    says: "Cortex-M3, 8 KiB of RAM, 128 KiB of flash",
    core: "cortex-m3",
    clock_Hz: 24e6,
    flash: { origin: 0x08000000, octets: 128 * KiB },
    ram: { origin: 0x20000000, octets: 8 * KiB },
  },
  {
    name: "microbit",
    says: "Cortex-M0, 16 KiB of RAM, 256 KiB of flash",
    core: "cortex-m0",
    clock_Hz: 16e6,
    flash: { origin: 0, octets: 256 * KiB },
    ram: { origin: 0x20000000, octets: 16 * KiB },
  },
];

/** The stack of the firmware, below the top of RAM. What it takes of it is measured. */
export const STACK_octets = 2 * KiB;

/** Where everything goes, for the linker: code and constants in flash, data behind each other in RAM, the stack on top. */
export function linkerScript({ flash, ram }: Board): string {
  return `MEMORY {
  FLASH (rx) : ORIGIN = ${hex(flash.origin)}, LENGTH = ${flash.octets}
  RAM (rw) : ORIGIN = ${hex(ram.origin)}, LENGTH = ${ram.octets}
}
ENTRY(reset)
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) . = ALIGN(4); } > FLASH
  .data : { data_start = .; *(.data*) . = ALIGN(4); data_end = .; } > RAM AT > FLASH
  data_load = LOADADDR(.data);
  .bss (NOLOAD) : { bss_start = .; *(.bss*) *(COMMON) . = ALIGN(4); bss_end = .; } > RAM
  stack_top = ORIGIN(RAM) + LENGTH(RAM);
  stack_limit = stack_top - ${STACK_octets};
  ASSERT(bss_end <= stack_limit, "data and stack do not fit into RAM")
  /DISCARD/ : { *(.ARM.exidx*) *(.ARM.extab*) }
}
`;
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}
