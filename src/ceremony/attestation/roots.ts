/**
 * The makers' roots that come with this program. That one is here makes nothing trusted: a script pins those that it
 * trusts by SHA-256, and a pinned root that is not here comes in a file.
 *
 * As Yubico publishes them (https://developers.yubico.com/PKI/ and /YubiHSM2/Concepts/). They sign no device themselves
 * but its authorities: those of YubiHSMs and of YubiKeys since firmware 5.7.4 come as files, too.
 */
import type { Sha256Hex } from "../../tuf/types.ts";

export interface ShippedRoot {
  readonly name: string;
  /** Of the DER; a script pins it. */
  readonly sha256: Sha256Hex;
  /** What its devices are. */
  readonly devices: string;
  /** Base64 of the DER. */
  readonly der: string;
}

export const SHIPPED_ROOTS: readonly ShippedRoot[] = [
  {
    name: "Yubico PIV Root CA Serial 263751",
    sha256: sha256("63ece914e54dd87915f34033c85af4c0696ba1512f8add66ced738331207b546"),
    devices: "YubiKeys with a firmware before 5.7.4",
    der:
      "MIIDFzCCAf+gAwIBAgIDBAZHMA0GCSqGSIb3DQEBCwUAMCsxKTAnBgNVBAMMIFl1YmljbyBQSVYgUm9vdCBDQSBTZXJpYWwg" +
      "MjYzNzUxMCAXDTE2MDMxNDAwMDAwMFoYDzIwNTIwNDE3MDAwMDAwWjArMSkwJwYDVQQDDCBZdWJpY28gUElWIFJvb3QgQ0Eg" +
      "U2VyaWFsIDI2Mzc1MTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMN2cMTNR6YCdcTFRxuPy31PabRn5m6pJ+nS" +
      "E0HRWpoaM8fc8wHC+Tmb98jmNvhWNE2EilU85uYKfEFP9d6Q2GmytqBnxZsAa3KqZiCCx2LwQ4iYEOb1llgotVr/whEpdVOq" +
      "joU0P5e1j1y7OfwOvky/+AXIN/9Xp0VFlYRk2tQ9GcdYKDmqU+db9iKwpAzid4oHBVLIhmD3pvkWaRA2H3DA9t7H/HNq5v3O" +
      "iO1jyLZeKqZoMbPObrxqDg+9fOdShzgfwCqgT3XVmTeiwvBSTctyi9mHQfYd2DwkaqxRnLbNVyK9zl+DzjSGp9IhVPiVtGet" +
      "X02dxhQnGS7K6BO0Qe8CAwEAAaNCMEAwHQYDVR0OBBYEFMpfyvLEojGc6SJf8ez01d8Cv4O/MA8GA1UdEwQIMAYBAf8CAQEw" +
      "DgYDVR0PAQH/BAQDAgEGMA0GCSqGSIb3DQEBCwUAA4IBAQBc7Ih8Bc1fkC+FyN1fhjWioBCMr3vjneh7MLbA6kSoyWF70N3s" +
      "XhbXvT4eRh0hvxqvMZNjPU/VlRn6gLVtoEikDLrYFXN6Hh6Wmyy1GTnspnOvMvz2lLKuym9KYdYLDgnj3BeAvzIhVzzYSeU7" +
      "7/Cupofj093OuAswW0jYvXsGTyix6B3dbW5yWvyS9zNXaqGaUmP3U9/b6DlHdDogMLu3VLpBB9bm5bjaKWWJYgWltCVgUbFq" +
      "Fqyi4+JE014cSgR57Jcu3dZiehB6UtAPgad9L5cNvua/IWRmm+ANy3O2LH++Pyl8SREzU8onbBsjMg9QDiSf5oJLKvd/Ren+" +
      "zGY7",
  },
  {
    name: "Yubico Attestation Root 1",
    sha256: sha256("62760c6a6ef91679f454c8902b80fd009825b3f25da90f1fbace2ec6586cd5a8"),
    devices: "YubiKeys since firmware 5.7.4, and newer YubiHSMs",
    der:
      "MIIDPjCCAiagAwIBAgIUXzeiEDJEOTt14F5n0o6Zf/bBwiUwDQYJKoZIhvcNAQENBQAwJDEiMCAGA1UEAwwZWXViaWNvIEF0" +
      "dGVzdGF0aW9uIFJvb3QgMTAgFw0yNDEyMDEwMDAwMDBaGA85OTk5MTIzMTIzNTk1OVowJDEiMCAGA1UEAwwZWXViaWNvIEF0" +
      "dGVzdGF0aW9uIFJvb3QgMTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMZ6/TxM8rIT+EaoPvG81ontMOo/2mQ2" +
      "RBwJHS0QZcxVaNXvl12LUhBZ5LmiBScIZd1Rnx1od585h+/dhK7hEm7JAALkKKts1fO53KGNLZujz5h3wGncr4hyKF0G74b/" +
      "U3K9hE5mGND6zqYchCRAHfrYMYRDF4YL0X4D5nGdxvppAy6nkEmtWmMnwO3i0TAucsrbE485HvGM4r0VpgVdJpvgQjiTJCTI" +
      "q+D35hwtT8QDIv+nGvpcyi5wcIfCkzyCimJukhYy6KoqNMKQEdpNiSOvWyDMTMt1bwCvEzpw91u+msUt4rj0efnO9s0ZOwdw" +
      "MRDnH4xgUl5ZLwrrPkfC1/0CAwEAAaNmMGQwHQYDVR0OBBYEFNLu71oijTptXCOXPfKF1SbxJXuSMB8GA1UdIwQYMBaAFNLu" +
      "71oijTptXCOXPfKF1SbxJXuSMBIGA1UdEwEB/wQIMAYBAf8CAQMwDgYDVR0PAQH/BAQDAgGGMA0GCSqGSIb3DQEBDQUAA4IB" +
      "AQC3IW/sgB9pZ8apJNjxuGoX+FkILks0wMNrdXL/coUvsrhzsvl6mePMrbGJByJ1XnquB5sgcRENFxdQFma3mio8Upf1owM1" +
      "ZreXrJ0mADG2BplqbJnxiyYa+R11reIFTWeIhMNcZKsDZrFAyPuFjCWSQvJmNWe9mFRYFgNhXJKkXIb5H1XgEDlwiedYRM7V" +
      "olBNlld6pRFKlX8ust6OTMOeADl2xNF0m1LThSdeuXvDyC1g9+ILfz3S6OIYgc3iroRcFD354g7rKfu67qFAw9gC4yi0xBTP" +
      "rY95rh4/HqaUYCA/L8ldRk6H7Xk35D+WVpmq2Sh/xT5HiFuhf4wJb0bK",
  },
  {
    name: "Yubico YubiHSM Root CA",
    sha256: sha256("094a3ac493c2bdcd65a54bdf40190f52bb03f7156397a3fc69d8aa9a392fb724"),
    devices: "YubiHSM 2",
    der:
      "MIIFBzCCAu+gAwIBAgIEHM6S6zANBgkqhkiG9w0BAQsFADAhMR8wHQYDVQQDDBZZdWJpY28gWXViaUhTTSBSb290IENBMCAX" +
      "DTE3MDEwMTAwMDAwMFoYDzIwNzExMDA1MDAwMDAwWjAhMR8wHQYDVQQDDBZZdWJpY28gWXViaUhTTSBSb290IENBMIICIjAN" +
      "BgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA4WqC8Krz1pXqgD4Bj3g/dosh/soydDCbNQ1uePeONXO5u4Kswi+jXPmcU9uq" +
      "xIrNC6+t7Mwc+yyBAZBvIl6w+h5qwT7zE7VTjeWBTP/4w0NXzgkPZgXWl6XIZNCJQfSSUxfh/NW7KCQySpDUGkR8hFHYwZTI" +
      "UD90/chv7lc1zcpaIgJDQ7m3IbPKKbaRrrc7ZUSB1cCFM7P6ESuJiTMKITNTMyW2qoa8YTaAxHXIiiqmnff2ObtsPKtjfh8a" +
      "HDdBdpZ8TqBCu8ht+3tpZpe2lnfqJBUGN9wqIp+h1JLaKXN4NTr+VlUNEEGwMEJNKMtt3p1qxHmyHV4vSd5mOT4SY81MNL0C" +
      "v3HAHgR1lT7o8rMDTjB1PZP9v8Np2rpuvlog34eMsIBApP78zSjQrImQiHAYcADcRZX6nSTOFyNdfjWtKxybdiFZpTpuLtGP" +
      "wF7i3ISYQXambmaEqw83jCqIMMF4jFMkKjA8UZnJRW+53pM5Gy6hQzhlJpwhE9d/L87VeR2ei0sidO1rDB9pQOdy9z41EBw4" +
      "pH5Aa99CPcOn16Eg4TS5838as2pG3xFgWBiVxipMW72pejBD5G5kk/hpbOW5QO6vaXBLmngq4o3IySmM9J9IPRXuZrhmu2ua" +
      "fIvp3o67/lUcuqGEnxjG+Sj5q51g12E6sVXauoxqhGOhllcCAwEAAaNFMEMwHQYDVR0OBBYEFFKoA9OFueJx/kakn9SHmy3/" +
      "yIycMBIGA1UdEwEB/wQIMAYBAf8CAQIwDgYDVR0PAQH/BAQDAgEGMA0GCSqGSIb3DQEBCwUAA4ICAQBRyFzKyZYRnr8lWRHI" +
      "8asrOMm7HMETWE4HziCYlrZkZNp2EVdyZFgzJqIwXI9hrYp1CWnow86rUhFjAdgGhhG/wEvyX97G0xPsNS3x77uF4RpNe7ry" +
      "44PcwXJWqo8JhdNCbSAVR+Tqm/k/WF7A+qflevS4K4G7ADlm0W41FBpehYMynC/G3ykOtBTfLkOfeoJbTlhhwe7z3Oq9V7O+" +
      "whTgUoeCKYW14d9xnmVM1uJvHcGl+fO39kgYfTsNwdJFVy/9Xq4b3QXpQSQ71JhL58JIpnkLqd5Utf4K1jAFu/bQQMWpdghw" +
      "S8D9kfnV/tpJ6lXtxMrjVtF0BO1EPvNv+nWeRog794KkID+KGIL+eF7lDpYe8rrVaqB1wZJ9mPeqJBtD5T8E5FhuOzBBeM3s" +
      "Vh0d8OVh8P0QLhBVYAU23S99PRkb3hgxgQ7gK8wdMaCekYG1Dw6i7TMVhDQd/ZRuo6vmyhtDrzVLc5eTwHpzba+OyDza/24s" +
      "kakyoyKReuLlpMby4WhuhTzptROImNmQpeSfEM6w2aJpsIO8BFVBkZSJCtHEfBgO/QLNr17cvMmOIwFLAeHiWlgSWTrHOD/8" +
      "O95d5iXrtXzOf2iPGA26JczJSeLjvnAAtHEbofSLGYZdgbQ8mQpXzkBsuvX/wpDiDvB4mIfjDWQv9hgo0edbkRUhEA==",
  },
];

function sha256(hex: string): Sha256Hex {
  return hex as Sha256Hex; // 64 lower-case hex digits; compared when the root is read
}
