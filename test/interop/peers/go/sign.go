package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/options"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

type signRequest struct {
	header
	Scheme string `json:"scheme"`
}

func (request signRequest) check() error {
	if request.Scheme == "" {
		return errors.New("the scheme is missing")
	}
	return nil
}

type signAnswer struct {
	Roots   [][]byte `json:"roots"`
	Targets []byte   `json:"targets"`
}

type unsupported struct {
	Reason string `json:"unsupported"`
}

// newKey makes a fresh private key, by the scheme it signs with.
var newKey = map[string]func() (crypto.PrivateKey, error){
	metadata.KeySchemeEd25519: func() (crypto.PrivateKey, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	},
	metadata.KeySchemeECDSA_SHA2_P256: func() (crypto.PrivateKey, error) {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	},
	metadata.KeySchemeRSASSA_PSS_SHA256: func() (crypto.PrivateKey, error) {
		return rsa.GenerateKey(rand.Reader, 2048)
	},
}

// sign answers with two roots and the targets below them, signed with fresh keys.
func sign(request signRequest) any {
	if request.Scheme == metadata.KeySchemeECDSA_SHA2_P384 {
		return unsupported{"go-tuf declares every ECDSA key that it signs with as ecdsa-sha2-nistp256"}
	}
	fresh, supported := newKey[request.Scheme]
	if !supported {
		return unsupported{fmt.Sprintf("go-tuf has no scheme %q", request.Scheme)}
	}
	var answer signAnswer
	err := attempt(func() (err error) {
		answer, err = signWith(fresh)
		return err
	})
	if err != nil {
		return failure{describe(err)}
	}
	return answer
}

// signWith makes what sign answers with. One root key stays and also signs the targets; the other one is replaced.
func signWith(fresh func() (crypto.PrivateKey, error)) (signAnswer, error) {
	var signers [3]signature.Signer
	for i := range signers {
		key, err := fresh()
		if err != nil {
			return signAnswer{}, err
		}
		// For RSA-PSS these are go-tuf's own options, by which it verifies: the salt is as long as the key allows.
		signers[i], err = signature.LoadSignerWithOpts(key,
			options.WithHash(crypto.SHA256),
			options.WithRSAPSS(&rsa.PSSOptions{Hash: crypto.SHA256}))
		if err != nil {
			return signAnswer{}, err
		}
	}
	staying, leaving, coming := signers[0], signers[1], signers[2]

	first, err := newRoot(1, staying, leaving)
	if err != nil {
		return signAnswer{}, err
	}
	second, err := newRoot(2, staying, coming)
	if err != nil {
		return signAnswer{}, err
	}
	var answer signAnswer
	for _, root := range []struct {
		document *metadata.Metadata[metadata.RootType]
		signers  []signature.Signer
	}{
		{first, []signature.Signer{staying, leaving}},
		{second, []signature.Signer{staying, leaving, coming}},
	} {
		signed, err := signedBytes(root.document, root.signers...)
		if err != nil {
			return signAnswer{}, err
		}
		answer.Roots = append(answer.Roots, signed)
	}
	answer.Targets, err = signedBytes(metadata.Targets(expiry()), staying)
	return answer, err
}

// newRoot makes an unsigned root that asks for two signatures, and gives the other roles to the first signer.
func newRoot(version int64, first, second signature.Signer) (*metadata.Metadata[metadata.RootType], error) {
	root := metadata.Root(expiry())
	root.Signed.Version = version
	for name, role := range root.Signed.Roles {
		signers := []signature.Signer{first}
		if name == metadata.ROOT {
			signers = append(signers, second)
		}
		for _, signer := range signers {
			public, err := signer.PublicKey()
			if err != nil {
				return nil, err
			}
			key, err := metadata.KeyFromPublicKey(public)
			if err != nil {
				return nil, err
			}
			if err := root.Signed.AddKey(key, name); err != nil {
				return nil, err
			}
		}
		role.Threshold = len(signers)
	}
	return root, nil
}

// signedBytes signs a document and writes it.
func signedBytes[T metadata.Roles](document *metadata.Metadata[T], signers ...signature.Signer) ([]byte, error) {
	for _, signer := range signers {
		if _, err := document.Sign(signer); err != nil {
			return nil, err
		}
	}
	return document.ToBytes(true)
}

// expiry is a few years from now, in whole seconds.
func expiry() time.Time {
	return time.Now().UTC().AddDate(3, 0, 0).Truncate(time.Second)
}
