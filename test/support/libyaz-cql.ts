import { execFileSync } from 'node:child_process';

/** Reads queries from standard input, one a line, with libyaz; writes a line of JSON for each: its XCQL, or null for an error. */
const SCRIPT = `
import ctypes, json, os, sys
y = ctypes.CDLL('libyaz.so.5')
for name in ('cql_parser_create', 'cql_parser_result', 'cql_transform_open_fname'): getattr(y, name).restype = ctypes.c_void_p
y.cql_parser_string.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
y.cql_parser_result.argtypes = [ctypes.c_void_p]
y.cql_to_xml_buf.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
y.cql_transform_open_fname.argtypes = [ctypes.c_char_p]
y.cql_transform_buf.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
map = y.cql_transform_open_fname(sys.argv[1].encode()) if len(sys.argv) > 1 else None
out = os.fdopen(os.dup(1), 'w')
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
for line in sys.stdin.buffer.read().split(b'\\n'):
    parser = y.cql_parser_create()
    wrong = y.cql_parser_string(parser, line)
    answer = ctypes.create_string_buffer(200000)
    if wrong: text = None
    elif map is None:
        y.cql_to_xml_buf(y.cql_parser_result(parser), answer, 200000); text = answer.value.decode()
    else:
        text = answer.value.decode() if y.cql_transform_buf(map, y.cql_parser_result(parser), answer, 200000) == 0 else None
        text = answer.value.decode() if text is not None else None
    out.write(json.dumps(text) + '\\n')
`;

const ask = (queries: readonly string[], args: readonly string[]): (string | null)[] =>
	execFileSync('python3', ['-c', SCRIPT, ...args], { input: queries.join('\n'), encoding: 'utf8', maxBuffer: 1 << 26 })
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as string | null);

/** What YAZ's own parser makes of each query, as XCQL; null where it refuses. Queries have no line breaks. */
export const yazXcql = (queries: readonly string[]): (string | null)[] => ask(queries, []);

/** What YAZ makes of each query in PQF by the mapping in the file `properties`; null where it refuses. */
export const yazPqf = (queries: readonly string[], properties: string): (string | null)[] => ask(queries, [properties]);
