import type { Publication } from './publication.ts';

/** What follows from the class of a work: Dewey number, headings, form subtitle and whom it is for. */
export interface Genre {
	readonly ddc: string;
	readonly subjects: readonly string[];
	/** Put after titles that have no subtitle: `tiểu thuyết`. */
	readonly form: string;
	readonly readers: Publication['readers'];
	readonly english: boolean;
}

const TABLE = `
verse | 895.9221 | Văn học Việt Nam; Thơ | thơ | everyone
novel | 895.92233 | Văn học Việt Nam; Tiểu thuyết | tiểu thuyết | everyone
story | 895.92233 | Văn học Việt Nam; Truyện ngắn | tập truyện ngắn | everyone
youth | 895.92234 | Văn học Việt Nam; Truyện; Thanh thiếu niên | truyện dài | youth
child | 895.92234 | Văn học thiếu nhi; Văn học Việt Nam; Truyện | truyện thiếu nhi | children
essay | 895.922803 | Văn học Việt Nam; Bút ký; Tản văn | tạp bút | adults
memoir | 895.922803 | Văn học Việt Nam; Hồi ký | hồi ký | everyone
drama | 895.9222 | Văn học Việt Nam; Kịch bản | kịch | adults
criticism | 895.92209 | Văn học Việt Nam; Phê bình văn học | | adults
folk | 398.209597 | Văn học dân gian; Việt Nam | | everyone
foreign | 808.83 | Văn học nước ngoài; Tiểu thuyết | tiểu thuyết | everyone
fantasy | 823.914 | Văn học Anh; Truyện; Thiếu nhi | | youth
comic | 741.5 | Truyện tranh; Thiếu nhi | truyện tranh | children
popsci | 500 | Khoa học thường thức; Sách thiếu nhi | | children
histchild | 959.7 | Lịch sử; Việt Nam; Truyện tranh | | children
hist | 959.7 | Lịch sử; Việt Nam | | everyone
culture | 306.09597 | Văn hoá; Việt Nam | | adults
politics | 335.4346 | Tư tưởng Hồ Chí Minh; Cách mạng; Việt Nam | | everyone
philosophy | 100 | Triết học | | adults
psychology | 150 | Tâm lý học; Giáo trình | | adults
selfhelp | 158.1 | Tâm lý học ứng dụng; Bí quyết thành công | | everyone
law | 342.597 | Pháp luật; Việt Nam; Văn bản pháp luật | | adults
econ | 330.9597 | Kinh tế; Việt Nam | | adults
geo | 915.97 | Địa lý; Việt Nam | | everyone
sea | 320.1509597 | Biển; Hải đảo; Chủ quyền lãnh thổ; Việt Nam | | everyone
science | 500 | Khoa học tự nhiên | | everyone
math | 510 | Toán học; Giáo trình | | adults
physics | 530 | Vật lý; Giáo trình | | adults
medicine | 615.5 | Y học; Chăm sóc sức khoẻ | | adults
agri | 630 | Nông nghiệp; Kỹ thuật trồng trọt | | adults
aqua | 639.3 | Nuôi trồng thuỷ sản; Kỹ thuật | | adults
craft | 680 | Nghề thủ công; Việt Nam | | adults
art | 709.597 | Mỹ thuật; Việt Nam | | adults
lang | 495.922 | Ngôn ngữ; Tiếng Việt | | adults
ref | 030 | Từ điển; Sách tra cứu | | everyone
pedagogy | 370 | Giáo dục; Phương pháp giảng dạy | | adults
exercise | 370 | Sách luyện tập; Phổ thông | | youth
library | 020 | Thư viện; Nghiệp vụ thư viện | | adults
course | 378 | Giáo trình; Đại học | giáo trình | adults
statistics | 315.97 | Thống kê; Niên giám; Hải Phòng | | adults
local | 959.735 | Lịch sử; Hải Phòng; Địa chí | | everyone
localparty | 324.2597075 | Đảng Cộng sản Việt Nam; Lịch sử; Hải Phòng | | adults
localgeo | 915.9735 | Địa lý; Hải Phòng; Địa chí | | everyone
localculture | 306.0959735 | Văn hoá; Hải Phòng; Địa chí | | everyone
localfolk | 398.20959735 | Văn học dân gian; Hải Phòng | | everyone
localisland | 959.735 | Cát Hải; Hải đảo; Địa chí; Hải Phòng | | everyone
islandnature | 578.0959735 | Đa dạng sinh học; Cát Bà; Hải đảo | | everyone
localecon | 330.959735 | Kinh tế; Hải Phòng | | adults
localchild | 959.735 | Hải Phòng; Sách thiếu nhi | | children
localedu | 372.89 | Giáo dục địa phương; Hải Phòng; Sách giáo khoa | | youth
newspaper | 079.597 | Báo; Việt Nam | | everyone
magazine | 059.95922 | Tạp chí; Việt Nam | | everyone
childmag | 059.95922 | Báo; Thiếu nhi; Việt Nam | | children
schoolmag | 507 | Tạp chí; Học sinh | | youth
journal | 059.95922 | Tạp chí; Khoa học xã hội | | adults
histjournal | 959.7005 | Tạp chí; Lịch sử; Việt Nam | | adults
seajournal | 551.4605 | Tạp chí; Biển | | adults
localmag | 059.95922 | Tạp chí; Hải Phòng | | everyone
mapvn | 912.597 | Bản đồ; Việt Nam | | everyone
maphp | 912.59735 | Bản đồ; Hải Phòng | | everyone
mapworld | 912 | Bản đồ; Thế giới | | everyone
song | 782.42 | Ca khúc; Âm nhạc; Việt Nam | | everyone
talkbook | 895.9223 | Sách nói; Văn học Việt Nam | | children
film | 791.43 | Phim truyện; Việt Nam | | everyone
docfilm | 791.43 | Phim tài liệu | | everyone
enovel | 823 | English fiction | | everyone | eng
anovel | 813 | American fiction | | everyone | eng
echild | 823 | Children's stories, English | | children | eng
edrama | 822 | English drama | | adults | eng
everse | 821 | English poetry | | adults | eng
essayen | 824 | Essays | | adults | eng
escience | 500 | Science | | adults | eng
ehist | 959.7 | History; Vietnam | | adults | eng
eself | 158 | Success; Applied psychology | | adults | eng
eecon | 330.153 | Economics | | adults | eng
elt | 428 | English language; Study and teaching | | youth | eng
eref | 423 | English language; Dictionaries | | everyone | eng
eintro | 001 | Study guides | | adults | eng
emap | 912 | Maps; World | | everyone | eng
enewspaper | 079.597 | Newspapers; Vietnam | | adults | eng
ejournal | 910.5 | Periodicals | | adults | eng
`;

const isReaders = (text: string): text is Publication['readers'] => ['children', 'youth', 'everyone', 'adults'].includes(text);

const GENRES = new Map<string, Genre>();
for (const line of TABLE.trim().split('\n')) {
	const [key = '', ddc = '', subjects = '', form = '', readers = '', language = ''] = line.split('|').map((cell) => cell.trim());
	if (!isReaders(readers)) throw new Error(`genre ${key}: unknown readers ${readers}`);
	GENRES.set(key, { ddc, subjects: subjects.split('; '), form, readers, english: language === 'eng' });
}

/** The genre of this name; an unknown one is a mistake in the data files. */
export function genre(key: string): Genre {
	const found = GENRES.get(key);
	if (found === undefined) throw new Error(`unknown genre ${key} in the sample data`);
	return found;
}
