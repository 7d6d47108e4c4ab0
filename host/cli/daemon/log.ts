import { coloursOf } from "../terminal.ts";

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = (level: LogLevel, text: string) => void;

/** Lines that nobody reads are left out beyond that. */
const UNREAD_MAX_OCTETS = 1 << 16;

/** Lines on stderr, of that level and the more urgent ones: time, level, text. */
export function logAt(wanted: LogLevel): Log {
  const { red, yellow, dim } = coloursOf(process.stderr);
  const colours: Readonly<Record<LogLevel, (text: string) => string>> = {
    error: red,
    warn: yellow,
    info: (text) => text,
    debug: dim,
  };
  const least = LOG_LEVELS.indexOf(wanted);
  return (level, text) => {
    if (LOG_LEVELS.indexOf(level) > least || process.stderr.writableLength > UNREAD_MAX_OCTETS) return;
    process.stderr.write(`${colours[level](`${new Date().toISOString()} ${level} ${text}`)}\n`);
  };
}
