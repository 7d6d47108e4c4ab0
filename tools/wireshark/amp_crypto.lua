-- What takes keys to read AMP frames, in plain Lua: SHA-256, HMAC, KDF-256, AES-128, CCM and CMAC. Strings in and out.
-- Slow, and not constant in time: it is for captures of tests, whose keys are no secrets.

local lib = bit32 or bit
local band, bor, bxor, bnot, rshift, lshift = lib.band, lib.bor, lib.bxor, lib.bnot, lib.rshift, lib.lshift
local unpacked = table.unpack or unpack
local WORD = 2 ^ 32

local function be32(word) return string.char(band(rshift(word, 24), 255), band(rshift(word, 16), 255),
  band(rshift(word, 8), 255), band(word, 255)) end

local function be32At(s, at)
  local a, b, c, d = s:byte(at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function xored(a, b)
  local octets = {}
  for i = 1, math.min(#a, #b) do octets[i] = string.char(bxor(a:byte(i), b:byte(i))) end
  return table.concat(octets)
end

-- SHA-256 (FIPS 180-4): its constants are the first 32 bits of fractions of roots of the first 64 primes.
local K, H0 = {}, {}
do
  local prime = 2
  while #K < 64 do
    local isPrime = true
    for divisor = 2, math.floor(math.sqrt(prime)) do isPrime = isPrime and prime % divisor ~= 0 end
    if isPrime then
      -- The cube root of a prime below 312 is below 7: 32 bits of fraction are exact in a double.
      local root = prime ^ (1 / 3)
      K[#K + 1] = math.floor((root % 1) * WORD)
      if #H0 < 8 then H0[#H0 + 1] = math.floor((math.sqrt(prime) % 1) * WORD) end
    end
    prime = prime + 1
  end
end

local function rotr(word, n) return bor(rshift(word, n), lshift(word, 32 - n)) end

local function compress(h, block)
  local w = {}
  for t = 1, 16 do w[t] = be32At(block, 4 * t - 3) end
  for t = 17, 64 do
    local a, b = w[t - 15], w[t - 2]
    local s0 = bxor(rotr(a, 7), rotr(a, 18), rshift(a, 3))
    local s1 = bxor(rotr(b, 17), rotr(b, 19), rshift(b, 10))
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) % WORD
  end
  local a, b, c, d, e, f, g, k = h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
  for t = 1, 64 do
    local s1 = bxor(rotr(e, 6), rotr(e, 11), rotr(e, 25))
    local t1 = (k + s1 + bxor(band(e, f), band(bnot(e), g)) + K[t] + w[t]) % WORD
    local s0 = bxor(rotr(a, 2), rotr(a, 13), rotr(a, 22))
    local t2 = (s0 + bxor(band(a, b), band(a, c), band(b, c))) % WORD
    a, b, c, d, e, f, g, k = (t1 + t2) % WORD, a, b, c, (d + t1) % WORD, e, f, g
  end
  local sums = { a, b, c, d, e, f, g, k }
  for i = 1, 8 do h[i] = (h[i] + sums[i]) % WORD end
end

local function sha256(s)
  local padded = s .. "\128" .. ("\0"):rep((55 - #s) % 64) .. be32(0) .. be32(8 * #s)
  local h = { unpacked(H0) }
  for at = 1, #padded, 64 do compress(h, padded:sub(at, at + 63)) end
  local words = {}
  for i = 1, 8 do words[i] = be32(h[i]) end
  return table.concat(words)
end

-- HMAC-SHA-256 (RFC 2104), of keys of up to 64 octets.
local function hmac(key, s)
  local block = key .. ("\0"):rep(64 - #key)
  return sha256(xored(block, ("\92"):rep(64)) .. sha256(xored(block, ("\54"):rep(64)) .. s))
end

-- KDF-256(K, label, ctx) = HMAC-SHA-256(K, LE16(1) || label || ctx || LE16(256)): IEEE 802.11-2020 12.7.1.6.2.
local function kdf256(key, label, context) return hmac(key, "\1\0" .. label .. context .. "\0\1") end

-- AES-128 (FIPS 197), encryption of one block.
local SBOX = {}
local function doubled(x) return x < 128 and 2 * x or bxor(2 * x - 256, 0x1b) end
do
  -- p runs over all powers of 3, q over those of its inverse.
  local p, q = 1, 1
  repeat
    p = bxor(p, doubled(p))
    q = bxor(q, band(2 * q, 255))
    q = bxor(q, band(4 * q, 255))
    q = bxor(q, band(16 * q, 255))
    if q >= 128 then q = bxor(q, 9) end
    local function turned(n) return bor(band(lshift(q, n), 255), rshift(q, 8 - n)) end
    SBOX[p] = bxor(q, turned(1), turned(2), turned(3), turned(4), 0x63)
  until p == 1
  SBOX[0] = 0x63
end

local function roundKeysOf(key)
  local k, round = { key:byte(1, 16) }, 1
  for i = 17, 176 do
    local octet = k[i - 4]
    if i % 16 >= 1 and i % 16 <= 4 then
      octet = SBOX[i % 16 == 4 and k[i - 7] or k[i - 3]]
      if i % 16 == 1 then octet, round = bxor(octet, round), doubled(round) end
    end
    k[i] = bxor(k[i - 16], octet)
  end
  return k
end

local function encrypt(k, block)
  local s = { block:byte(1, 16) }
  for i = 1, 16 do s[i] = bxor(s[i], k[i]) end
  for round = 1, 10 do
    local t = {}
    for i = 0, 15 do t[i + 1] = SBOX[s[(i + 4 * (i % 4)) % 16 + 1]] end
    if round < 10 then
      for column = 1, 13, 4 do
        local a, b, c, d = t[column], t[column + 1], t[column + 2], t[column + 3]
        local all = bxor(a, b, c, d)
        t[column], t[column + 1] = bxor(a, all, doubled(bxor(a, b))), bxor(b, all, doubled(bxor(b, c)))
        t[column + 2], t[column + 3] = bxor(c, all, doubled(bxor(c, d))), bxor(d, all, doubled(bxor(d, a)))
      end
    end
    for i = 1, 16 do s[i] = bxor(t[i], k[16 * round + i]) end
  end
  return string.char(unpacked(s))
end

local function be16(n) return string.char(math.floor(n / 256), n % 256) end
local function filled(s) return s .. ("\0"):rep(-#s % 16) end

local function cbcMac(k, blocks)
  local mac = ("\0"):rep(16)
  for at = 1, #blocks, 16 do mac = encrypt(k, xored(mac, blocks:sub(at, at + 15))) end
  return mac
end

-- AES-128-CCM (RFC 3610) with L = 2: the plaintext, or nothing if its tag of m octets does not fit.
local function ccmOpen(key, nonce, aad, sealed, m)
  local k, length = roundKeysOf(key), #sealed - m
  local plain = {}
  for i = 1, math.ceil(length / 16) do
    plain[i] = xored(sealed:sub(16 * i - 15, math.min(16 * i, length)), encrypt(k, "\1" .. nonce .. be16(i)))
  end
  local text = table.concat(plain)
  local b0 = string.char(64 + 8 * (m - 2) / 2 + 1) .. nonce .. be16(length)
  local mac = cbcMac(k, b0 .. filled(be16(#aad) .. aad) .. filled(text))
  local tag = xored(mac, encrypt(k, "\1" .. nonce .. be16(0))):sub(1, m)
  if tag == sealed:sub(length + 1) then return text end
end

local function shifted(block)
  local octets, carry = {}, 0
  for i = 16, 1, -1 do
    local twice = 2 * block:byte(i) + carry
    octets[i], carry = string.char(twice % 256), math.floor(twice / 256)
  end
  if carry == 1 then octets[16] = string.char(bxor(octets[16]:byte(), 0x87)) end
  return table.concat(octets)
end

-- AES-128-CMAC (RFC 4493).
local function cmac(key, s)
  local k = roundKeysOf(key)
  local k1 = shifted(encrypt(k, ("\0"):rep(16)))
  local start = 16 * math.floor((math.max(#s, 1) - 1) / 16)
  local last = s:sub(start + 1)
  last = #last == 16 and xored(last, k1) or xored(filled(last .. "\128"), shifted(k1))
  return cbcMac(k, s:sub(1, start) .. last)
end

return { sha256 = sha256, kdf256 = kdf256, ccmOpen = ccmOpen, cmac = cmac }
