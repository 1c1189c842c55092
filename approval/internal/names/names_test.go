package names_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

var tooLong = strings.Repeat("x", names.MaxBytes+1)

// badNames are names that look like another, or that cannot be seen, with what is
// said of them.
func badNames() map[string]string {
	return map[string]string{
		"":                   "has 0 bytes; write 1 to 200 bytes of UTF-8",
		tooLong:              "has 201 bytes; write 1 to 200 bytes of UTF-8",
		"ann\xff":            "has 4 bytes; write 1 to 200 bytes of UTF-8",
		" ann":               "of 4 bytes starts or ends with space; remove the space",
		"ann ":               "of 4 bytes starts or ends with space; remove the space",
		"ann\n":              "of 4 bytes starts or ends with space; remove the space",
		"ann\u00a0":          "of 5 bytes starts or ends with space; remove the space",
		"\u3000ann":          "of 6 bytes starts or ends with space; remove the space",
		"ann\u2028":          "of 6 bytes starts or ends with space; remove the space",
		"ann\u0085":          "of 5 bytes starts or ends with space; remove the space",
		"ann\u00a0lee":       "of 8 bytes contains U+00A0, which is invisible or looks like another character; remove it",
		"ann\tlee":           "of 7 bytes contains U+0009, which is invisible or looks like another character; remove it",
		"a\x00nn":            "of 4 bytes contains U+0000, which is invisible or looks like another character; remove it",
		"ann\u200b":          "of 6 bytes contains U+200B, which is invisible or looks like another character; remove it",
		"\ufeffann":          "of 6 bytes contains U+FEFF, which is invisible or looks like another character; remove it",
		"a\u00adnn":          "of 5 bytes contains U+00AD, which is invisible or looks like another character; remove it",
		"a\u202enn":          "of 6 bytes contains U+202E, which is invisible or looks like another character; remove it",
		"ann\ufe0f":          "of 6 bytes contains U+FE0F, which is invisible or looks like another character; remove it",
		"\u3164":             "of 3 bytes contains U+3164, which is invisible or looks like another character; remove it",
		"\u2800":             "of 3 bytes contains U+2800, which is invisible or looks like another character; remove it",
		"ann\U000e0041":      "of 7 bytes contains U+E0041, which is invisible or looks like another character; remove it",
		"ann\ufffd":          "of 6 bytes contains U+FFFD, which is invisible or looks like another character; remove it",
		"Rene\u0301":         "of 6 bytes is not in Unicode normalization form NFC; normalize it at its source",
		"\u212bngstr\u00f6m": "of 11 bytes is not in Unicode normalization form NFC; normalize it at its source",
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, want := range badNames() {
		problem, fix := names.Check(name)
		require.Equal(t, want, problem+"; "+fix, "%+q", name)
	}
	for _, name := range []string{
		"ann", "a", strings.Repeat("x", names.MaxBytes), "ann lee", "ann@example.com", "auth0|5f7c8ec7", "CN=Ann Lee,O=Shop", "Ren\u00e9",
		"\u00c5ngstr\u00f6m",
		"Ọlá Ẹ̀kọ́", "ทุ่งนา", "தமிழ்", "বাংলা", "हिन्दी", "Đỗ Thị Hồng", "Ελένη", "Юрий", "משה", "محمد", "김민준", "山田太郎", "がんばる", "Łódź", "🦊",
	} {
		requireGood(t, name)
	}
}

// A name in another normalization form, or with its marks in another order, looks the
// same and has other bytes. Only one of them is a name.
func TestNamesAreInOneNormalForm(t *testing.T) {
	t.Parallel()
	for good, bad := range map[string][]string{
		"\u00e9":             {"e\u0301"},                                        // one mark
		"\u1ead":             {"\u1ea1\u0302", "\u00e2\u0323", "a\u0302\u0323"},  // two marks, in any order
		"\u1eb9\u0301":       {"\u00e9\u0323", "e\u0301\u0323", "e\u0323\u0301"}, // one that stays a mark
		"\ud55c":             {"\u1112\u1161\u11ab", "\ud558\u11ab"},             // Hangul
		"\u0e17\u0e38\u0e48": {"\u0e17\u0e48\u0e38"},                             // Thai: vowel, tone
		"\u05e9\u05bc\u05c1": {"\u05e9\u05c1\u05bc", "\ufb2c", "\ufb49\u05c1"},   // Hebrew points
		"\u1f84":             {"\u1f80\u0301", "\u1fb3\u0313\u0301"},             // Greek
		"\u0bca":             {"\u0bc6\u0bbe"},                                   // Tamil
		"\u0928\u094d":       {"\u0928\u0340\u094d"},                             // a character that is never used
		"\u304c":             {"\u304b\u3099"},                                   // kana
		"\u0622":             {"\u0627\u0653"},                                   // Arabic
		"\u0625\u0653":       {"\u0622\u0655", "\u0627\u0655\u0653"},             // likewise, two marks
		"\u0915\u093c":       {"\u0958"},                                         // what NFC takes apart
		"\u8c48":             {"\uf900", "\U0002f9d4"},                           // compatibility ideographs
		"\u1d15":             {"\u0344"},                                         // never in NFC
		"\u00ea\u0316":       {"\u0065\u0302\u0316"},                             // marks that do not join
	} {
		requireGood(t, good)
		for _, name := range bad {
			problem, _ := names.Check(name)
			require.NotEmpty(t, problem, "%+q", name)
		}
	}
}

func requireGood(t *testing.T, name string) {
	t.Helper()
	problem, fix := names.Check(name)
	require.Empty(t, problem+fix, "%+q", name)
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"Ann", "aNN"}, {"\u212a", "k"}, {"\u017f", "S"}, {"\u01c4", "\u01c6"}, {"\u03c2", "\u03a3"}, {
		"\u1e9e",
		"\u00df",
	}} {
		require.Equal(t, names.Fold(c[0]), names.Fold(c[1]), "%+q", c)
		require.True(t, names.Same(c[0], c[1]), "%+q", c)
	}
	for _, c := range [][2]string{{"ann", "an"}, {"ss", "\u00df"}, {"i", "\u0131"}} {
		require.NotEqual(t, names.Fold(c[0]), names.Fold(c[1]), "%+q", c)
		require.False(t, names.Same(c[0], c[1]), "%+q", c)
	}
	require.Equal(t, "ann \u00e9", names.Fold("ANN \u00c9"), "folds are in lower case")
	require.Equal(t, []string{"a", "b"}, names.FoldAll([]string{"B", "A", "b"}))
	require.Equal(t, map[string]bool{"a": true}, names.Folds([]string{"A", "a"}))
}

func TestIsBlank(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n\t", "\u200b\u00a0\u3164"} {
		require.True(t, names.IsBlank(text), "%+q", text)
	}
	require.False(t, names.IsBlank(" x "))
	require.False(t, names.IsBlank("x"))
}
