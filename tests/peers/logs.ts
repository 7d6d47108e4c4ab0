/** What hostapd and wpa_supplicant print with -dd -K. */

/** The octets of every hexdump with that title, in hexadecimal digits. */
export function dumped(log: string, title: string): string[] {
  const octets = new RegExp(`${title} - hexdump\\(len=\\d+\\): ([0-9a-f ]+)`, "g");
  return [...log.matchAll(octets)].map(([, digits]) => digits.replaceAll(" ", "").trim());
}

/** 02:00:00:00:03:00. */
export function colons(address: Uint8Array): string {
  return Array.from(address, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}
