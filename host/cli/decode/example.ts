/*
 * The frames of the worked encrypted exchange, as help and mistakes show them.
 */

/** The file that holds it, with every intermediate. */
export const EXAMPLE_FILE = "tests/vectors/amp/example.json";

export const EXAMPLE = {
  m1: "0824c8a604074001ff0000020000000001404142434445464748494a4b4c4d4e4fa0a1a2a3a4a5a6a74c4544bd60",
  m2: "1924c86604007c98c5822e7d36ece13c5f8e50836b99a1bc9754f7f176080cb719885e8234c57040e4707f8ff2b5",
  m3: "1a24c84b0400014a279a0105dcc131251112f6",
  ack: "0c 24 c8 78",
} as const;
