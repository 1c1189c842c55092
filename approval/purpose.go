package approval

import "fmt"

// ID is the key's ID.
func (k Key) ID() string { return k.id }

// Sign signs data for a purpose other than votes and changes, such as the links
// of package approvalhttp. The signature holds for that purpose only.
func (k Key) Sign(purpose string, data []byte) ([]byte, error) {
	return k.over(forPurpose(purpose, data))
}

// Verify reports whether signature is one that [Key.Sign] has made of data, for
// that purpose and with this key or its private part.
func (k Key) Verify(purpose string, data, signature []byte) bool {
	return k.holds(forPurpose(purpose, data), signature)
}

// forPurpose is what is signed. No statement begins like this, since their
// first part is shorter.
func forPurpose(purpose string, data []byte) []byte {
	const name = "temporal-patterns.approval.purpose"
	return fmt.Appendf(nil, "%d:%s%d:%s%s", len(name), name, len(purpose), purpose, data)
}
