import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { BerFramer } from '../../src/protocols/ber/framer.ts';
import { type Apdu, decodeApdu, encodeApdu } from '../../src/protocols/z3950/apdu.ts';
import { freePort, type Target } from './zebra.ts';

/** Stands before a target and changes what goes through: requests to it, answers from it. */
export async function startRelay(
	target: Target,
	change: { readonly request?: (apdu: Apdu) => Apdu; readonly answer?: (apdu: Apdu) => Apdu },
): Promise<Target> {
	const sockets = new Set<Socket>();
	const pass = (from: Socket, to: Socket, changed: (apdu: Apdu) => Apdu): void => {
		const framer = new BerFramer();
		sockets.add(from);
		from.on('data', (piece) => {
			for (const message of framer.feed(piece)) to.write(encodeApdu(changed(decodeApdu(message))));
		});
		from.on('close', () => to.destroy());
		from.on('error', () => to.destroy());
	};
	const same = (apdu: Apdu): Apdu => apdu;
	const server = createServer((client) => {
		const peer = connect(target.port, '127.0.0.1');
		pass(client, peer, change.request ?? same);
		pass(peer, client, change.answer ?? same);
	});
	const port = await freePort();
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		port,
		address: `tcp:127.0.0.1:${port}/Default`,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
