import type { FastifyReply } from 'fastify';
import type { View } from '../web/view.ts';

/** Sends the text of a page: in the language of its view, and asked for again each time. */
export const sendPage = (reply: FastifyReply, { language }: View, text: string): FastifyReply =>
	reply
		.header('content-language', language)
		.header('vary', 'accept-language, accept')
		.header('cache-control', 'no-cache')
		.type('text/html; charset=utf-8')
		.send(text);
