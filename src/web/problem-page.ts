import { type Html, html } from '../lib/html.ts';
import { pageText } from './frame.ts';
import { href, say, type View } from './view.ts';

/** A kind of problem that REST answers (RFC 9457). */
export interface ProblemType {
	/** The end of its type address. */
	readonly code: string;
	readonly status: number;
	readonly vi: string;
	readonly en: string;
}

/** What to do about each: Vietnamese, English. */
const HELP: Readonly<Record<string, readonly [vi: string, en: string]>> = {
	'bad-request': [
		'Một tham số bị thiếu, sai kiểu hoặc không có trong mô tả; "detail" nêu tên tham số. Sửa rồi gửi lại.',
		'A parameter is missing, of the wrong kind, or not in the description; "detail" names it. Mend it and send again.',
	],
	'bad-cursor': [
		'Con trỏ chỉ dùng được như đã nhận ở "next" và với đúng các tham số của trang trước. Bắt đầu lại từ trang đầu nếu không còn.',
		'A cursor works only as it was given in "next", and with the same other parameters. Begin with the first page when it is lost.',
	],
	'key-needed': [
		'Thao tác này dành cho người vận hành. Gửi kèm "Authorization: Bearer KHOÁ"; khoá tạo bằng lệnh lienthong key create.',
		'This is for operators. Send "Authorization: Bearer KEY"; lienthong key create makes a key.',
	],
	'not-found': [
		'Không có gì ở địa chỉ này, hoặc mã bị gõ nhầm. Mã biểu ghi có chữ kiểm tra nên gõ sai một chữ là không tìm thấy.',
		'Nothing is at this address, or a code is mistyped. Ids of records have a check character, so that one wrong letter finds nothing.',
	],
	'method-not-allowed': [
		'Tiêu đề Allow cho biết các phương thức dùng được ở địa chỉ này.',
		'The header Allow names the methods that the address takes.',
	],
	'no-such-format': ['"detail" liệt kê các định dạng có thể lấy.', '"detail" lists the formats that there are.'],
	'does-not-fit': [
		'Biểu ghi quá lớn cho định dạng này; hãy lấy MARCXML hoặc JSON.',
		'The record is too large for the format; take MARCXML or JSON.',
	],
	'confirmation-needed': [
		'Hai biểu ghi mâu thuẫn (khác tập, khác lần xuất bản…). Nếu vẫn là một, gửi lại và nêu mâu thuẫn đó trong "confirm".',
		'The two records conflict (another volume, another edition …). When they are the same all the same, send again and name the conflict in "confirm".',
	],
	'conflict-between-others': [
		'Quyết định này sẽ gộp cả những biểu ghi khác mâu thuẫn với nhau. Nếu tất cả vẫn là một, gửi lại và nêu mọi mâu thuẫn trong "confirm".',
		'The decision would also join other records that conflict. When all are the same all the same, send again and name every conflict in "confirm".',
	],
	'contradicts-decisions': [
		'Rút lại quyết định sai trong "decisions" trước.',
		'Take back the decision in "decisions" that is wrong first.',
	],
	'decided-already': [
		'Không cần làm gì; muốn quyết định lại thì rút quyết định cũ.',
		'There is nothing to do; to decide anew, undo the old decision.',
	],
	conflict: [
		'Tình trạng đã khác với lúc bạn xem. Đọc lại rồi thử lại.',
		'What is there is not what you saw. Read it again, then try again.',
	],
	gone: [
		'Không còn thư viện nào có tài liệu này; mã không bao giờ được dùng lại.',
		'No library holds it any more; its id is never used again.',
	],
	'not-shared': [
		'Các thư viện cho tìm thấy biểu ghi nhưng không cho phép chia sẻ. Hãy hỏi thư viện.',
		'Its libraries let it be found, but not handed on. Ask them.',
	],
	'too-large': ['Giới hạn nằm trong LIMITS.md; hãy chia nhỏ yêu cầu.', 'The limits are in LIMITS.md; send it in parts.'],
	'wrong-media-type': ['Gửi kiểu nội dung nêu trong mô tả ở /docs.', 'Send the media type that /docs names.'],
	'file-kind': ['Gửi ISO 2709, MARCXML, MARC-in-JSON, CSV, TSV hoặc XLSX.', 'Send ISO 2709, MARCXML, MARC-in-JSON, CSV, TSV or XLSX.'],
	'not-the-same': [
		'Tệp ở địa chỉ này khác với tệp có ETag hoặc ngày đã gửi. Tải lại từ đầu.',
		'The file at this address is not the one of the ETag or the date that was sent. Fetch it from its beginning.',
	],
	'file-locked': ['Bỏ mật khẩu của tệp rồi gửi lại.', 'Remove its password and send it again.'],
	'file-broken': ['Xuất lại tệp từ phần mềm của bạn rồi gửi lại.', 'Export it from your system once more and send it again.'],
	'no-title-column': ['Nêu cột nhan đề bằng "column": Tên sách=title.', 'Name the column of titles in "column": Book=title.'],
	'too-many-requests': [
		'Chờ số giây trong Retry-After. RateLimit cho biết còn bao nhiêu yêu cầu; cần nhiều dữ liệu thì dùng OAI-PMH.',
		'Wait as many seconds as Retry-After says. RateLimit tells how many requests are left; for much data use OAI-PMH.',
	],
	'request-timeout': ['Kiểm tra đường truyền rồi gửi lại.', 'Look at your connection and send it again.'],
	'headers-too-large': [
		'Địa chỉ và tiêu đề cộng lại dài tối đa 64 KB; rút ngắn câu tìm hoặc con trỏ.',
		'Address and headers may have 64 KB together; shorten the query.',
	],
	internal: [
		'Lỗi của hệ thống, đã được ghi lại. Thử lại sau; nếu vẫn lỗi hãy báo người vận hành.',
		'An error of ours, and it was noted. Try later; tell the operator when it stays.',
	],
	busy: [
		'Thử lại sau số giây trong Retry-After. Câu tìm quá rộng thì thêm từ hoặc bộ lọc.',
		'Try again after as many seconds as Retry-After says. Add words or filters to a search that is too broad.',
	],
};

/** What to do about a kind of problem; '' for one that is not told of yet. */
export const helpWith = (code: string, language: View['language']): string => HELP[code]?.[language === 'vi' ? 0 : 1] ?? '';

/** What one kind of problem means, in the language of the page. */
export function problemPage(view: View, problem: ProblemType): string {
	const title = problem[view.language];
	return pageText(view, {
		title,
		main: html`<h1>${title}</h1><p><code>${problem.code}</code> · HTTP ${problem.status}</p><p>${helpWith(problem.code, view.language)}</p><p><a href="${href(view, '/problems')}">${say(view, 'problems')}</a></p>`,
	});
}

/** All kinds of problems. */
export function problemsPage(view: View, problems: readonly ProblemType[]): string {
	const line = (problem: ProblemType): Html =>
		html`<dt><a href="${href(view, `/problems/${problem.code}`)}"><code>${problem.code}</code></a> (${problem.status})</dt><dd>${problem[view.language]}. ${helpWith(problem.code, view.language)}</dd>`;
	return pageText(view, {
		title: say(view, 'problems'),
		main: html`<h1>${say(view, 'problems')}</h1><p>${say(view, 'problemsLead')}</p><dl class="fields">${problems.map(line)}</dl>`,
	});
}
