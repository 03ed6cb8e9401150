-- PUTs KEYS small objects into FOLDERS folders: arguments PREFIX, FOLDERS, KEYS, AUTHORIZATION, FIRST NUMBER.
-- For one thread, whose numbers leave none out.

function init(arguments)
  prefix, folders, keys, authorization = arguments[1], tonumber(arguments[2]), tonumber(arguments[3]), arguments[4]
  number = tonumber(arguments[5])
  headers = { ["Content-Type"] = "text/plain" }
  if authorization ~= "-" then headers["Authorization"] = authorization end
end

function request()
  local at = number % keys
  number = number + 1
  local key = string.format("%s%04d/%07d", prefix, at % folders, at)
  return wrk.format("PUT", key, headers, "listed")
end
