/*
 * Octets that outlive power, and writes that power may cut. Abstracts PROTOCOL.md 7 and assembly/station/record.ts
 * (commit), over host/device/nvm.ts: octets in ascending order; at the cut the octet in flight has ANY value.
 *
 * The includer defines OCTETS (of all NVM) and OCTET_MAX (the greatest value of an octet).
 */
byte nvm[OCTETS];

/* nvm[at] := value, which power may fail in; a cut before or after it is one that leaves the old or the new value. */
inline octet(at, value) {
  atomic {
    if
    :: nvm[at] = value
    :: select(junk : 0 .. OCTET_MAX);
       nvm[at] = junk;
       printf("station: power fails in writing NVM octet %d, which is %d now\n", at, junk);
       junk = 0;
       goto dead
    fi
  }
}

/* Two octets, in ascending order. */
inline octets2(offset, first, second) {
  octet(offset, first);
  octet(offset + 1, second)
}
