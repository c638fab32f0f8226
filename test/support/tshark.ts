import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Apdu, encodeApdu } from '../../src/protocols/z3950/apdu.ts';

/** What tshark reads of Z39.50 messages from one TCP port to another, as its verbose text. */
export function decodedByTshark(apdus: readonly Apdu[], ports: { readonly from: number; readonly to: number }): string {
	const folder = mkdtempSync(join(tmpdir(), 'lienthong-tshark-'));
	try {
		const dump = apdus.map((apdu) => `000000 ${Buffer.from(encodeApdu(apdu)).toString('hex').replace(/../g, '$& ')}\n`).join('\n');
		writeFileSync(join(folder, 'sent.txt'), dump);
		execFileSync('text2pcap', ['-q', '-T', `${ports.from},${ports.to}`, 'sent.txt', 'sent.pcap'], { cwd: folder, stdio: 'pipe' });
		return execFileSync('tshark', ['-r', 'sent.pcap', '-d', 'tcp.port==210,z3950', '-V'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
	} finally {
		rmSync(folder, { recursive: true });
	}
}
