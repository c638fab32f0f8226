import { afterEach } from 'vitest';
import { failures } from './failures.ts';

afterEach((context) => {
	if (context.task.result?.state === 'fail') failures.count++;
});
