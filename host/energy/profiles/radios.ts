/*
 * Radios, from what the task group hopes for to what can be bought. None of them brings its airtime along: that is the
 * PHY's.
 */
import { assumed, datasheet, proposal, type Quantity } from "../quantity.ts";
import type { RadioProfile } from "./profile.ts";

const IEEE_26_0125 = "11-26/0125r0: Tx 50, Rx 10, carrier sense 0.1, idle 0.01 uW";

const TGBP = {
  rx_W: proposal(10e-6, "W", IEEE_26_0125),
  listen_W: proposal(0.1e-6, "W", IEEE_26_0125),
  idle_W: proposal(0.01e-6, "W", IEEE_26_0125),
};

const PASSIVE_WIFI = "Passive Wi-Fi (NSDI 2016): 14.5 uW at 1 Mb/s";
/** Of a datasheet's current at 3 V. */
const NOMINAL_V = 3;
const current = (amperes: number, source: string): Quantity =>
  datasheet(amperes * NOMINAL_V, "W", `${source}, x ${NOMINAL_V} V`);

const NRF52840 = "Nordic nRF52840 product specification, radio, DC/DC at 3 V";
const NRF54L15 = "Nordic nRF54L15 product specification, radio at 3 V";

/** An active transmitter generates its carrier, as 3GPP's device 2b does, which is put at a few hundred microwatts. */
const SWEEP =
  "ours: 50 uW is hopeful for a station that makes its own carrier; 3GPP TR 38.769 device 2: a few hundred uW";

export const RADIOS = {
  "tgbp-active": {
    name: "tgbp-active",
    summary: "the task group's tag: 50 uW to send, 10 uW to receive",
    kind: "active",
    tx_W: proposal(50e-6, "W", IEEE_26_0125),
    ...TGBP,
  },
  "tgbp-active-200uW": {
    name: "tgbp-active-200uW",
    summary: "the task group's tag, but 200 uW to send",
    kind: "active",
    tx_W: assumed(200e-6, "W", SWEEP),
    ...TGBP,
  },
  "tgbp-active-500uW": {
    name: "tgbp-active-500uW",
    summary: "the task group's tag, but 500 uW to send",
    kind: "active",
    tx_W: assumed(500e-6, "W", SWEEP),
    ...TGBP,
  },
  nrf52840: {
    name: "nrf52840",
    summary: "a Bluetooth radio of 2018, 0 dBm: the upper bound",
    kind: "active",
    tx_W: current(6.4e-3, `${NRF52840}: 6.40 mA at 0 dBm`),
    rx_W: current(6.26e-3, `${NRF52840}: 6.26 mA, 1 Mb/s`),
    listen_W: current(6.26e-3, `${NRF52840}: it listens as it receives, 6.26 mA`),
    idle_W: assumed(1.2e-6, "W", "0.4 uA x 3 V, System OFF, from memory"),
  },
  nrf54l15: {
    name: "nrf54l15",
    summary: "a Bluetooth radio of 2024, 0 dBm",
    kind: "active",
    tx_W: current(4.8e-3, `${NRF54L15}: 4.8 mA at 0 dBm`),
    rx_W: current(3.4e-3, `${NRF54L15}: 3.4 mA`),
    listen_W: current(3.4e-3, `${NRF54L15}: it listens as it receives, 3.4 mA`),
    idle_W: assumed(2.4e-6, "W", "0.8 uA x 3 V, System OFF, from memory"),
  },
  "backscatter-15uW": {
    name: "backscatter-15uW",
    summary: "a reflector: refused for secure communication by 3.5.1",
    kind: "backscatter",
    tx_W: assumed(14.5e-6, "W", PASSIVE_WIFI, [0.8, 4]),
    rx_W: assumed(6.9e-6, "W", "arXiv 2505.21529: envelope receiver module, 6.9 uW at -72.6 dBm", [0.1, 3]),
    listen_W: assumed(0.305e-6, "W", "doi 10.3390/mi17020178: wake-up receiver, 305 nW at -47 dBm", [0.3, 20]),
    idle_W: assumed(0.01e-6, "W", "as the task group's tag"),
  },
} as const satisfies Record<string, RadioProfile>;
