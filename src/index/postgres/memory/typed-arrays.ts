type Numbers = Uint8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float64Array;

/** A longer copy of an array, half as long again at least, with zeros at its end. */
export function grownTo<T extends Numbers>(array: T, length: number): T {
	if (length <= array.length) return array;
	const grown = new (array.constructor as new (length: number) => T)(Math.max(length, array.length + (array.length >> 1)));
	grown.set(array as never);
	return grown;
}
