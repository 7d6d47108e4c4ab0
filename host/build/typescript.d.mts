/** The file that holds a source here: itself, or in the package the JavaScript that it has become. */
export function sourceFile(source: URL): URL;

/** The URL under which a source of this project can be imported here and now, where import() is given no literal. */
export function importable(source: URL): URL;

/** Makes Node able to run TypeScript, and imports a source of this project: the first step of a process or a thread. */
export function importTypeScript(source: URL): Promise<Record<string, unknown>>;
