package access

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// argon2id with the second recommended setting of RFC 9106, scaled to a Raspberry Pi: 3 passes,
// 32 MiB, 2 lanes.
const (
	argonTime, argonMemory, argonLanes, argonKey = 3, 32 * 1024, 2, 32
	argonPrefix                                  = "$argon2id$v=19$m=32768,t=3,p=2$"
)

// HashPassword is the PHC string of a password.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	return phc(password, salt)
}

func phc(password string, salt []byte) string {
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s%s$%s", argonPrefix, encode(salt), encode(key))
}

// CheckPassword tells whether hash was made of password. An empty hash costs as much and is never
// right. One is computed at a time, so that many tries cost 32 MiB once and not once each.
func (a *Access) CheckPassword(hash, password string) bool {
	a.hashing.Lock()
	defer a.hashing.Unlock()
	return checkPassword(hash, password)
}

func checkPassword(hash, password string) bool {
	rest, ok := strings.CutPrefix(hash, argonPrefix)
	encoded, _, cut := strings.Cut(rest, "$")
	salt, err := base64.RawStdEncoding.DecodeString(encoded)
	if !ok || !cut || err != nil {
		_ = phc(password, make([]byte, 16))
		return false
	}
	return equal(phc(password, salt), hash)
}

// PasswordProblem says what is wrong with a new password, or "".
func PasswordProblem(password string) string {
	switch {
	case len([]rune(password)) < 10:
		return "Take a password of at least 10 characters."
	case len(password) > 200:
		return "Take a password of at most 200 characters."
	}
	return ""
}
