select kind, acldefault(kind, 10)::text[] as acl
  from unnest('{r,c,s,f,n,T,l,F,S,d}'::"char"[]) kind
