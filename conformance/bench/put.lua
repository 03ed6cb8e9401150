-- PUT of 4 KiB under a key of its own: thread and number. Arguments: prefix, Authorization or "-".
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end
function init(args)
  prefix, count = args[1], 0
  headers = {}
  if args[2] ~= "-" then headers["Authorization"] = args[2] end
  filler = string.rep("coffer: 4 KiB that differ from all others at their beginning.\n", 70)
end
function request()
  count = count + 1
  local stamp = prefix .. id .. "-" .. count .. "\n"
  return wrk.format("PUT", prefix .. id .. "-" .. count, headers, stamp .. filler:sub(1, 4096 - #stamp))
end
