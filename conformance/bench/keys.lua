-- PUT of 4 KiB under a key of its own, thread and number, or DELETE of what such a run made.
-- Arguments: method, prefix, Authorization or "-".
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end
function init(args)
  method, prefix, count = args[1], args[2], 0
  headers = {}
  if args[3] ~= "-" then headers["Authorization"] = args[3] end
  filler = string.rep("coffer: 4 KiB that differ from all others at their beginning.\n", 70)
end
function request()
  count = count + 1
  local key, body = prefix .. id .. "-" .. count, nil
  if method == "PUT" then body = key .. "\n" .. filler:sub(1, 4095 - #key) end
  return wrk.format(method, key, headers, body)
end
