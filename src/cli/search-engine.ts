import type pg from 'pg';
import type { SearchEngine } from '../index/engine.ts';
import { OpenSearchEngine } from '../index/opensearch/engine.ts';
import { PostgresSearchEngine } from '../index/postgres/engine.ts';

/** The engine that the settings choose. */
export const searchEngine = (openSearchUrl: string | null, pool: pg.Pool): SearchEngine =>
	openSearchUrl === null ? new PostgresSearchEngine(pool) : new OpenSearchEngine(openSearchUrl);
