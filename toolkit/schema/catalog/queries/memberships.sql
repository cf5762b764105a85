select m.member::int8,
       m.roleid::int8,
       bool_or(m.admin_option) as admin_option,
       bool_or(m.inherit_option) as inherit_option, -- since 16; else: true as inherit_option,
       bool_or(m.set_option) as set_option -- since 16; else: true as set_option
  from pg_auth_members m
 group by m.member, m.roleid
