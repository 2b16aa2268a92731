package main

import (
	"errors"

	"github.com/theupdateframework/go-tuf/v2/metadata/trustedmetadata"
)

type chainRequest struct {
	header
	Roots [][]byte `json:"roots"`
}

func (request chainRequest) check() error {
	if len(request.Roots) == 0 {
		return errors.New("a chain has one root at least")
	}
	return checkBytes(request.Roots...)
}

type stepsAnswer struct {
	Steps []step `json:"steps"`
}

// chain answers for each root whether it was accepted.
func chain(request chainRequest) any {
	steps := make([]step, len(request.Roots))
	for i, err := range verifyChain(request.Roots) {
		steps[i] = stepOf(err)
	}
	return stepsAnswer{steps}
}

// verifyChain loads the first root as trusted and tries each next one as the successor of the last that was accepted.
// It returns an error for each root, nil where it was accepted. Where the first is refused, its error is that of all.
func verifyChain(roots [][]byte) []error {
	refusals := make([]error, len(roots))
	var trusted *trustedmetadata.TrustedMetadata
	for i, root := range roots {
		refusals[i] = attempt(func() (err error) {
			switch {
			case i == 0:
				trusted, err = trustedmetadata.New(root)
			case trusted == nil:
				err = refusals[0]
			default:
				_, err = trusted.UpdateRoot(root)
			}
			return err
		})
	}
	return refusals
}

// firstOf is the first error of a list, nil where there is none.
func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
