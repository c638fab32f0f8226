/** A node of the administrative tree of the sample network (kinds as in the design; tiers change, so none is fixed). */
export interface SampleArea {
	readonly code: string;
	readonly kind: 'province' | 'special zone' | 'ward' | 'commune' | 'former province' | 'former district';
	readonly nameVi: string;
	readonly nameEn: string;
	readonly parent: string | null;
	/** yyyy-mm-dd, or null when it has always been so or still is. */
	readonly validFrom: string | null;
	readonly validUntil: string | null;
	readonly successor: string | null;
}

/** A member library of the sample network and how its server behaves. */
export interface MemberLibrary {
	readonly code: string;
	readonly name: string;
	readonly kind: 'province' | 'district' | 'school';
	readonly area: string;
	/** What the demo harvests it in. */
	readonly format: 'marcxml' | 'oai_dc';
	/** What this server calls MARCXML; '' when it has none. */
	readonly marcPrefix: string;
	readonly granularity: 'day' | 'second';
	readonly deletedRecord: 'no' | 'transient' | 'persistent';
	readonly pageSize: number;
	readonly gzip: boolean;
	/** Every so many list requests it answers 503 with Retry-After once; 0 for never. */
	readonly busyEvery: number;
	readonly sets: boolean;
	/** Path of the server, and namespace of its identifiers. */
	readonly path: string;
	readonly namespace: string;
}

const REFORM = '2025-07-01';
const BEFORE_REFORM = '2025-06-30';

const current = (code: string, kind: 'special zone' | 'ward' | 'commune', nameVi: string, nameEn: string): SampleArea => ({
	code,
	kind,
	nameVi,
	nameEn,
	parent: 'VN-HP',
	validFrom: REFORM,
	validUntil: null,
	successor: null,
});

/** Hải Phòng as since 1 July 2025, and what some of it was before. Codes are the sample's own, on ISO 3166-2 for the provinces. */
export const SAMPLE_AREAS: readonly SampleArea[] = [
	{
		code: 'VN-HP',
		kind: 'province',
		nameVi: 'Thành phố Hải Phòng',
		nameEn: 'Hai Phong City',
		parent: null,
		validFrom: null,
		validUntil: null,
		successor: null,
	},
	current('VN-HP-CH', 'special zone', 'Đặc khu Cát Hải', 'Cat Hai Special Zone'),
	current('VN-HP-BLV', 'special zone', 'Đặc khu Bạch Long Vĩ', 'Bach Long Vi Special Zone'),
	current('VN-HP-HB', 'ward', 'Phường Hồng Bàng', 'Hong Bang Ward'),
	current('VN-HP-NQ', 'ward', 'Phường Ngô Quyền', 'Ngo Quyen Ward'),
	current('VN-HP-LC', 'ward', 'Phường Lê Chân', 'Le Chan Ward'),
	current('VN-HP-HA', 'ward', 'Phường Hải An', 'Hai An Ward'),
	current('VN-HP-KA', 'ward', 'Phường Kiến An', 'Kien An Ward'),
	current('VN-HP-DS', 'ward', 'Phường Đồ Sơn', 'Do Son Ward'),
	current('VN-HP-TN', 'ward', 'Phường Thuỷ Nguyên', 'Thuy Nguyen Ward'),
	current('VN-HP-HD', 'ward', 'Phường Hải Dương', 'Hai Duong Ward'),
	current('VN-HP-VB', 'commune', 'Xã Vĩnh Bảo', 'Vinh Bao Commune'),
	current('VN-HP-TL', 'commune', 'Xã Tiên Lãng', 'Tien Lang Commune'),
	{
		code: 'VN-61',
		kind: 'former province',
		nameVi: 'Tỉnh Hải Dương',
		nameEn: 'Hai Duong Province',
		parent: null,
		validFrom: '1997-01-01',
		validUntil: BEFORE_REFORM,
		successor: 'VN-HP',
	},
	{
		code: 'VN-HP-H-CH',
		kind: 'former district',
		nameVi: 'Huyện Cát Hải',
		nameEn: 'Cat Hai District',
		parent: 'VN-HP',
		validFrom: null,
		validUntil: BEFORE_REFORM,
		successor: 'VN-HP-CH',
	},
	{
		code: 'VN-HP-H-BLV',
		kind: 'former district',
		nameVi: 'Huyện Bạch Long Vĩ',
		nameEn: 'Bach Long Vi District',
		parent: 'VN-HP',
		validFrom: '1993-03-26',
		validUntil: BEFORE_REFORM,
		successor: 'VN-HP-BLV',
	},
];

/** The five members. The schools are invented. */
export const MEMBER_LIBRARIES: readonly MemberLibrary[] = [
	{
		code: 'HP-TV',
		name: 'Thư viện Thành phố Hải Phòng',
		kind: 'province',
		area: 'VN-HP',
		format: 'marcxml',
		marcPrefix: 'marc21',
		granularity: 'second',
		deletedRecord: 'persistent',
		pageSize: 200,
		gzip: false,
		busyEvery: 0,
		sets: true,
		path: '/thanh-pho/oai',
		namespace: 'thuvien-haiphong.example',
	},
	{
		code: 'CH-TV',
		name: 'Thư viện Đặc khu Cát Hải',
		kind: 'district',
		area: 'VN-HP-CH',
		format: 'marcxml',
		marcPrefix: 'marcxml',
		granularity: 'day',
		deletedRecord: 'persistent',
		pageSize: 100,
		gzip: false,
		busyEvery: 6,
		sets: true,
		path: '/cat-hai/oai',
		namespace: 'thuvien-cathai.example',
	},
	{
		code: 'CH-THCS',
		name: 'Thư viện Trường Trung học cơ sở Đảo Ngọc',
		kind: 'school',
		area: 'VN-HP-CH',
		format: 'oai_dc',
		marcPrefix: '',
		granularity: 'second',
		deletedRecord: 'persistent',
		pageSize: 50,
		gzip: false,
		busyEvery: 0,
		sets: false,
		path: '/thcs-dao-ngoc/request',
		namespace: 'thcs-daongoc.example',
	},
	{
		code: 'CH-THPT',
		name: 'Thư viện Trường Trung học phổ thông Vịnh Lan Hạ',
		kind: 'school',
		area: 'VN-HP-CH',
		format: 'marcxml',
		marcPrefix: 'marc21',
		granularity: 'second',
		deletedRecord: 'no',
		pageSize: 150,
		gzip: false,
		busyEvery: 0,
		sets: false,
		path: '/thpt-vinh-lan-ha/oai',
		namespace: 'thpt-vinhlanha.example',
	},
	{
		code: 'LC-TH',
		name: 'Thư viện Trường Tiểu học Hoa Phượng',
		kind: 'school',
		area: 'VN-HP-LC',
		format: 'marcxml',
		marcPrefix: 'marc',
		granularity: 'second',
		deletedRecord: 'transient',
		pageSize: 100,
		gzip: true,
		busyEvery: 0,
		sets: false,
		path: '/tieu-hoc-hoa-phuong/oai',
		namespace: 'th-hoaphuong.example',
	},
];
