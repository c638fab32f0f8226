import yazl from 'yazl';

/** A zip of these files. */
export async function zipped(files: Readonly<Record<string, string | Uint8Array>>): Promise<Buffer> {
	const zip = new yazl.ZipFile();
	for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
	zip.end();
	const pieces: Buffer[] = [];
	for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
	return Buffer.concat(pieces);
}
