-- Search documents hold the kinds of the libraries that have the title: the index is made again by the next projection.
truncate search_document, search_change;
update search_state set version = version + 1, settled_documents = 0;
delete from projection where name = 'postgres';
