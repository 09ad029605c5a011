package views

// Signing is who may sign firmware, on the page of settings.
type Signing struct {
	Own        *SigningKey // the server's key; nil = it has none
	Sealed     bool        // the server's key cannot be opened
	Trusted    []SigningKey
	Types      []SignedType
	Name       string // typed for a key to trust
	Public     string // typed for a key to trust
	PinnedName string // the key that boards remember when they enrol; "" = none
}

// SigningKey is the public half of a key that signs firmware.
type SigningKey struct {
	Name, ID, Since string
	Public          string // PEM
}

// SignedType is a device type; Only says that it takes signed firmware only.
type SignedType struct {
	Name string
	Only bool
}
