import { SiteError } from "../../mih/site/read.ts";
import { notListening } from "../daemon/numbers.ts";
import { UsageError } from "../verb.ts";

/** What is wrong with a site's files, in the words of whoever called. @throws UsageError */
export async function sentenced<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof SiteError ? new UsageError(error.message) : error;
  }
}

/** The same, and what the system says of the address that `file` has. @throws UsageError */
export async function started<T>(file: string, listen: string, start: () => Promise<T>): Promise<T> {
  try {
    return await sentenced(start);
  } catch (error) {
    const at = listen.lastIndexOf(":");
    const source = { address: listen.slice(0, at), port: Number(listen.slice(at + 1)) };
    throw notListening(`${file}: listen`, source, error);
  }
}
