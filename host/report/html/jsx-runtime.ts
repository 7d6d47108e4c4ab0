/*
 * What TypeScript makes of markup in .tsx files: elements become hast nodes, which hast-util-to-html writes with everything
 * escaped. Components are plain functions, called at once. No type of a browser is in sight.
 */
import type { ElementContent, Root, RootContent } from "hast";
import { h } from "hastscript";

/** What may stand between tags; booleans, null and undefined are nothing. */
export type Children = RootContent | Root | string | number | boolean | null | undefined | readonly Children[];

interface Attributes {
  readonly children?: Children;
  readonly style?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

export namespace JSX {
  export type Element = RootContent | Root;
  export type ElementType = string | ((props: never) => Element | null);
  export interface ElementChildrenAttribute {
    readonly children: unknown;
  }
  export interface IntrinsicElements {
    readonly [name: string]: Attributes;
  }
}

type Component = (props: object) => JSX.Element | null;

export function jsx(type: string | Component, { children, ...props }: Attributes): JSX.Element {
  if (typeof type !== "string") return type({ ...props, children }) ?? Fragment({});
  return h(type, props as Record<string, string>, ...nodesOf(children));
}
export { jsx as jsxs };

export function Fragment({ children }: { readonly children?: Children }): Root {
  return { type: "root", children: nodesOf(children) };
}

function nodesOf(children: Children): ElementContent[] {
  if (Array.isArray(children)) return children.flatMap(nodesOf);
  if (children === null || children === undefined || typeof children === "boolean") return [];
  if (typeof children !== "object") return [{ type: "text", value: String(children) }];
  const node = children as RootContent | Root;
  if (typeof node.type !== "string") throw new TypeError(`${JSON.stringify(children)} stands where a text is expected`);
  return node.type === "root" ? (node.children as ElementContent[]) : [node as ElementContent];
}
