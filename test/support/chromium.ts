import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Params = Readonly<Record<string, unknown>>;
interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly sessionId?: string;
	readonly params?: Params;
	readonly result?: Params;
	readonly error?: { readonly message: string };
}

/** One tab of a real browser, spoken to over the Chrome DevTools Protocol. */
export interface Tab {
	/** Calls a method of the protocol; throws what the browser says is wrong. */
	call(method: string, params?: Params): Promise<Params>;
	/** Opens an address and waits until it is loaded. */
	open(url: string): Promise<void>;
	/** The value of an expression in the page; a promise is waited for. */
	evaluate<T>(expression: string): Promise<T>;
	/** Dialogs that were opened and what the browser complained of (CSP, addresses that are not there): empty when all is well. */
	readonly complaints: readonly string[];
}

export interface Browser {
	readonly tab: Tab;
	close(): Promise<void>;
}

/** Starts a Chromium without a window, with one tab. */
export async function startChromium(): Promise<Browser> {
	const profile = mkdtempSync(join(tmpdir(), 'lienthong-chromium-'));
	const flags = [
		'--headless=new',
		'--no-sandbox',
		'--disable-gpu',
		'--no-first-run',
		'--disable-dev-shm-usage',
		'--disable-background-networking',
	];
	const browser = spawn('chromium', [...flags, `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'], {
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const ended = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
	const address = await new Promise<string>((resolve, reject) => {
		let said = '';
		browser.stderr.setEncoding('utf8').on('data', (text: string) => {
			said += text;
			const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
			if (found !== undefined) resolve(found);
		});
		browser.once('error', reject).once('exit', () => reject(new Error(`chromium ended: ${said}`)));
	});
	const socket = await openSocket(address);
	return {
		tab: await openTab(socket),
		close: async () => {
			socket.close();
			browser.kill();
			await ended;
			rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

async function openSocket(address: string): Promise<WebSocket> {
	const socket = new WebSocket(address);
	await new Promise((resolve, reject) => {
		socket.addEventListener('open', resolve);
		socket.addEventListener('error', () => reject(new Error('the browser refused the connection')));
	});
	return socket;
}

async function openTab(socket: WebSocket): Promise<Tab> {
	const waiting = new Map<number, { resolve: (result: Params) => void; reject: (error: Error) => void }>();
	const complaints: string[] = [];
	let calls = 0;
	let session: string | undefined;
	let loaded: () => void = () => undefined;
	const call = (method: string, params: Params = {}): Promise<Params> =>
		new Promise((resolve, reject) => {
			waiting.set(++calls, { resolve, reject });
			socket.send(JSON.stringify({ id: calls, method, params, ...(session === undefined ? {} : { sessionId: session }) }));
		});
	socket.addEventListener('message', ({ data }) => {
		const message = JSON.parse(String(data)) as Message;
		const one = message.id === undefined ? undefined : waiting.get(message.id);
		if (message.id !== undefined) waiting.delete(message.id);
		if (message.error !== undefined) one?.reject(new Error(message.error.message));
		else one?.resolve(message.result ?? {});
		if (message.method === 'Page.loadEventFired') loaded();
		if (message.method === 'Page.javascriptDialogOpening') complaints.push(`a dialog: ${JSON.stringify(message.params)}`);
		if (message.method === 'Log.entryAdded' || message.method === 'Runtime.exceptionThrown')
			complaints.push(JSON.stringify(message.params));
	});
	const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
	session = String((await call('Target.attachToTarget', { targetId, flatten: true }))['sessionId']);
	for (const domain of ['Page', 'Log', 'Runtime']) await call(`${domain}.enable`);
	return {
		call,
		complaints,
		async open(url) {
			const whole = new Promise<void>((resolve) => {
				loaded = resolve;
			});
			const { errorText } = await call('Page.navigate', { url });
			if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
			await whole;
		},
		async evaluate<T>(expression: string) {
			const { result, exceptionDetails } = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
			if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
			return (result as { value: T }).value;
		},
	};
}
