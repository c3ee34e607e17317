import { type Document, isAlias, isMap, isNode, isScalar, type Node } from 'yaml';

/** Letters of a text, counted from 0, the last one not included. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** Range of the value at a path, or of the nearest thing above it that is there. */
export function valueRange(document: Document, path: readonly PropertyKey[]): TextRange {
  const node = nodeAt(document, path);
  if (node?.range == null) return keyRange(document, path);
  const empty = isScalar(node) && node.value === null && node.range[0] === node.range[1];
  return empty ? keyRange(document, path) : { from: node.range[0], to: node.range[1] };
}

/** Range of the key that a path ends in, or of the nearest key above it. */
export function keyRange(document: Document, path: readonly PropertyKey[]): TextRange {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = nodeAt(document, path.slice(0, depth - 1));
    const last = path[depth - 1];
    if (isMap(parent)) {
      const key = parent.items.find((pair) => keyText(pair.key) === String(last))?.key;
      if (isNode(key) && key.range != null) return { from: key.range[0], to: key.range[1] };
    } else {
      const node = nodeAt(document, path.slice(0, depth));
      if (node?.range != null) return { from: node.range[0], to: node.range[1] };
    }
  }
  const root = document.contents?.range;
  return root == null ? { from: 0, to: 1 } : { from: root[0], to: root[0] + 1 };
}

function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      node = node.items.find((pair) => keyText(pair.key) === String(step))?.value;
    } else if (
      typeof step === 'number' &&
      node !== null &&
      typeof node === 'object' &&
      'items' in node
    ) {
      node = (node.items as unknown[])[step];
    } else {
      return undefined;
    }
  }
  return isNode(node) ? node : undefined;
}

/** A key of a map as text. */
export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : String(key);
}
