/** The n-th largest of some numbers, n from 1 to as many as there are; puts them in another order. */
export function nthLargest(values: Float64Array, n: number): number {
	let low = 0;
	let high = values.length - 1;
	const wanted = n - 1;
	while (low < high) {
		const pivot = values[(low + high) >> 1] as number;
		let i = low;
		let j = high;
		while (i <= j) {
			while ((values[i] as number) > pivot) i++;
			while ((values[j] as number) < pivot) j--;
			if (i > j) break;
			const held = values[i] as number;
			values[i++] = values[j] as number;
			values[j--] = held;
		}
		if (wanted <= j) high = j;
		else if (wanted >= i) low = i;
		else return values[wanted] as number;
	}
	return values[wanted] as number;
}
