-- number 0010 belongs to another branch; this one goes when it comes
select 1;
