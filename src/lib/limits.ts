/** Every limit on what a stranger sends, in one place; LIMITS.md is checked against it. Units are last in the names. */
export const LIMITS = {
	/** MARC */
	recordBytesMax: 2_000_000,
	recordFieldsMax: 5_000,
	subfieldsPerFieldMax: 2_000,
	/** XML */
	xmlDepthMax: 64,
	xmlAttributesMax: 64,
	xmlTextBytesMax: 2_000_000,
	/** OAI-PMH harvesting */
	responseBytesMax: 1_073_741_824,
	partRecordsMax: 500,
	partBytesMax: 4_194_304,
	redirectsMax: 5,
	/** Text kept of what stands before or after the records of an answer, to mend it. */
	mendBytesMax: 8_388_608,
	/** Characters of one element outside the records: an identifier, a token, a set name. */
	leafTextMax: 100_000,
	/** Bytes of a page that wait to be parsed. */
	prefetchBytesMax: 8_388_608,
	emptyPagesMax: 10,
	retriesMax: 5,
	retryAfterHonouredMsMax: 60_000,
	pagesPerRunMax: 1_000_000,
	connectMsMax: 10_000,
	firstByteMsMax: 60_000,
	idleMsMax: 30_000,
	responseMsMax: 600_000,
	rateBytesPerSecondMin: 100,
	setsMax: 10_000,
	identifierBytesMax: 1_000,
	/** Z39.50 and SRU */
	/** One message of a target, records and all. */
	apduBytesMax: 33_554_432,
	berDepthMax: 64,
	berElementsMax: 500_000,
	diagnosticsPerAnswerMax: 100,
	/** What a target may list of its indexes in one Scan. */
	scanTermsMax: 200_000,
	/** One answer of an SRU server, records and all. */
	sruAnswerBytesMax: 67_108_864,
	presentRecordsMax: 500,
	/** Parts that a list is cut into until each fits what its target hands out. */
	slicesMax: 20_000,
	/** Different records of one run over a target that is searched: what each was is held in memory. */
	searchedRecordsMax: 10_000_000,
	/** Files */
	fileBytesMax: 4_294_967_296,
	/** For a file that is sent over HTTP, and until something more of it comes. */
	uploadMsMax: 7_200_000,
	uploadIdleMsMax: 60_000,
	/** Files of one source that are there and wait for their turn. */
	filesQueuedMax: 20,
	/** Of a file in a zip or gzip. */
	unpackedBytesMax: 17_179_869_184,
	/** How many times a packed file may grow; packed MARCXML grows 10 to 40 times. */
	unpackedTimesMax: 250,
	zipEntriesMax: 2_000,
	/** Of all that is in a workbook of Excel. */
	workbookBytesMax: 2_147_483_648,
	/** Of the texts of a workbook that its cells share, as they stand in it; held in memory packed, a byte a letter or two. */
	sharedStringsBytesMax: 268_435_456,
	/** Cells of a sheet that are merged with others below them. */
	mergedCellsMax: 100_000,
	/** Letters of one row of a table; a quotation mark that is never closed must not swallow the rest. */
	rowLettersMax: 262_144,
	/** Letters of one cell: those of a whole cell of Excel. */
	cellLettersMax: 32_767,
	columnsMax: 1_000,
	/** Rows that follow each other and are taken for copies of one title, and their letters. */
	titleRowsMax: 1_000,
	titleLettersMax: 262_144,
	/** HTTP answers of ours */
	requestBodyBytesMax: 1_048_576,
	/** Address and headers of a request: room for the longest query that is read, as addresses write Vietnamese letters (nine signs each). */
	headerBytesMax: 65_536,
	pageRecordsMax: 500,
	/** Other records that are looked at for the links of one, which refer to it. */
	linksMax: 100,
	/** Records of a search result or basket in one file (RIS, MARC, CSV, …); the address of the next file comes with it. */
	fileRecordsMax: 10_000,
	/** Files that are being sent at once, and how long one may take. */
	filesAtOnceMax: 16,
	fileMsMax: 600_000,
	/** Addresses in one sitemap, as search engines take them. */
	sitemapAddressesMax: 50_000,
	/** Requests to REST from one address (IPv6: one network of 64 bits); one more is answered 429. */
	requestsPerMinuteMax: 6_000,
	queryBytesMax: 1_000,
	queryClausesMax: 40,
	/** Words of a query that are beginnings of words: each may stand for thousands. */
	queryPrefixesMax: 8,
	/** Words of a query with * or ? inside them: each is looked for among all words there are; and such signs in one word. */
	queryMasksMax: 4,
	maskSignsMax: 5,
	/** Parentheses of a query within each other. */
	queryDepthMax: 40,
	/** A query in CQL, as it stands in the request. */
	cqlBytesMax: 8_192,
	/** The parameters of one SRU or OAI-PMH request that come by POST. */
	formBytesMax: 65_536,
	/** Records in one answer to SRU, however many are asked for. */
	sruRecordsMax: 500,
	/** Values of one facet that can be listed in order: they are sorted in memory. */
	scanValuesMax: 300_000,
	/** What the search index on Postgres may take in memory; a larger one is searched in the database. */
	searchMemoryBytesMax: 201_326_592,
	/** Terms in one answer to a scan. */
	scanAnswerTermsMax: 100,
	/** Sessions of Z39.50 at once, and of them from one address. */
	z3950SessionsMax: 500,
	z3950SessionsPerAddressMax: 50,
	/** Wrong keys from one address (IPv6: one network of 64 bits) in a minute, before it is not listened to. */
	z3950WrongKeysPerMinuteMax: 10,
	/** One message of a client of Z39.50. */
	z3950RequestBytesMax: 262_144,
	/** Result sets with names that one session keeps. */
	resultSetsMax: 50,
	/** A session in which nothing is asked is closed. */
	z3950IdleMsMax: 600_000,
	/** Records of one answer to Present, and their bytes, whatever the client would take. */
	z3950PresentRecordsMax: 500,
	z3950AnswerBytesMax: 16_777_216,
	/** Addresses that are told of changes, and what one try to tell one may take. */
	webhooksMax: 100,
	webhookUrlBytesMax: 2_000,
	webhookMsMax: 30_000,
	/** Records in the list of a collection, by their ids. */
	collectionRecordsMax: 10_000,
	/** The name and the reason with a decision. */
	decisionTextMax: 2_000,
	/** Records that hang together with the pair of a decision for it to be matched before it is answered; with more it is queued. */
	decisionAtOnceRecordsMax: 199,
} as const;
