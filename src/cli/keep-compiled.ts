import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/lienthong', import.meta.url));

/**
 * Has Node keep what it makes of each file of code (types taken out, compiled) beside the installed packages, for this process and, through its
 * environment `env`, for its threads: starting is most of what a small command costs. Node leaves it be where the folder cannot be written, and makes
 * anew what does not fit the file.
 */
export function keepCompiled(env: NodeJS.ProcessEnv): void {
	env['NODE_COMPILE_CACHE'] ??= FOLDER;
	enableCompileCache(env['NODE_COMPILE_CACHE']);
}
