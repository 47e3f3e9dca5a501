/**
 * Remembers what was compiled last for each key: a criterion or a template is evaluated many times, and the text in it
 * rarely changes between them.
 */
export function createCache<Compiled>(
  compile: (source: string) => Compiled,
): (key: object, source: string) => Compiled {
  const cache = new WeakMap<object, { readonly source: string; readonly compiled: Compiled }>();
  return (key, source) => {
    const known = cache.get(key);
    if (known?.source === source) return known.compiled;
    const compiled = compile(source);
    cache.set(key, { source, compiled });
    return compiled;
  };
}
