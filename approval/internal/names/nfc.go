package names

import "strings"

// isNFC reports whether text is in Unicode normalization form NFC. In a few
// sequences that no language writes it errs, and always to false, so no two texts
// for which it reports true are canonically equivalent.
func isNFC(text string) bool {
	base, before := rune(-1), 0 // the last starter, and the class of the mark before
	for _, r := range text {
		class := 0
		if r >= 0x300 {
			class = lookUp(marksTable, r)
		}
		switch {
		case class == never, class != 0 && class < before:
			return false
		case (before == 0 || before < class) && joins(base, r), slipsUnder(base, r, class):
			return false
		case class == 0:
			base = r
		}
		before = class
	}
	return true
}

// joins reports whether NFC has one character for the two.
func joins(base, r rune) bool {
	const (
		leads, vowels, syllables, tails = 0x1100, 0x1161, 0xac00, 0x11a7
		leadCount, vowelCount           = 19, 21
		tailCount                       = 28
		syllableCount                   = leadCount * vowelCount * tailCount
	)
	switch {
	case r < 0x300:
		return false
	case r >= vowels && r < vowels+vowelCount:
		return base >= leads && base < leads+leadCount
	case r > tails && r < tails+tailCount:
		return base >= syllables && base < syllables+syllableCount && (base-syllables)%tailCount == 0
	}
	return strings.ContainsRune(composes(r), base)
}

// slipsUnder reports whether base may be composed with a mark that comes after r
// in canonical order, so that r would be composed first.
func slipsUnder(base, r rune, class int) bool {
	switch {
	case base >= 0xc0 && base < 0x250, base >= 0x1e00 && base < 0x1f00: // Latin
		return strings.ContainsRune("\u031b\u0323\u0324\u0325\u0326\u0327\u0328\u032d\u032e\u0330\u0331", r)
	case base == 0x622, base == 0x623: // Arabic alef
		return r == 0x655
	}
	return base >= 0x1f80 && base < 0x2000 && class == 230 // Greek with iota subscript
}

// lookUp returns the value of r in a table; 0 for a character that is not there.
func lookUp(table string, r rune) int {
	low, high := 0, len(table)/recordLen
	for low < high {
		middle := (low + high) / 2
		record := table[middle*recordLen:][:recordLen]
		switch {
		case r < number(record[:5]):
			high = middle
		case r > number(record[5:10]):
			low = middle + 1
		default:
			return int(number(record[10:]))
		}
	}
	return 0
}

func number(digits string) (n rune) {
	for _, d := range []byte(digits) {
		if d >= 'a' {
			d -= 'a' - '9' - 1
		}
		n = n<<4 | rune(d-'0')
	}
	return n
}
