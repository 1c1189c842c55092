package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A Ledger is a directory with one file for each payment. The file system
// creates a name once, as a database keeps a key unique, so that two workers,
// or one that was killed and came back, cannot pay twice.
type Ledger string

// Enter records a payment under a key, unless one is there. It returns what
// the ledger holds, and whether this call has written it.
func (l Ledger) Enter(key, text string) (entry string, first bool, err error) {
	if !filepath.IsLocal(key) || key != filepath.Base(key) || key[0] == '.' { // drafts begin with a dot
		return "", false, fmt.Errorf("ledger: %q is not a plain name; use letters, digits and dashes", key)
	}
	draft, err := os.CreateTemp(string(l), ".draft-*")
	if err != nil {
		return "", false, fmt.Errorf("ledger: %w", err)
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.WriteString(text)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return "", false, fmt.Errorf("ledger: %w", err)
	}
	// A link to a complete file appears at once or not at all.
	name := filepath.Join(string(l), key)
	if err := os.Link(draft.Name(), name); err == nil {
		return text, true, nil
	} else if !errors.Is(err, fs.ErrExist) {
		return "", false, fmt.Errorf("ledger: %w", err)
	}
	old, err := os.ReadFile(name)
	return string(old), false, err
}
