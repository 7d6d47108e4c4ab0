/** Why octets are not the frame, element or field that a parser reads. A parser answers with one of these, and never throws. */
export type Malformed = "too short" | "bad type" | "bad length";
