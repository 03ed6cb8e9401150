-- DELETE of the keys that put.lua made. Arguments: prefix, Authorization or "-".
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end
function init(args)
  prefix, count = args[1], 0
  headers = {}
  if args[2] ~= "-" then headers["Authorization"] = args[2] end
end
function request()
  count = count + 1
  return wrk.format("DELETE", prefix .. id .. "-" .. count, headers)
end
