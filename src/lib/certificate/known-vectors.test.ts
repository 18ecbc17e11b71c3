// Answers that others published: RFC 9285, RFC 8949 appendix A, RFC 8392 appendix A.3, and four cases of the EU's test
// collection (github.com/eu-digital-green-certificates/dgc-testdata, commit 4a62c8d, Apache-2.0; the persons are invented).
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { decodeBase45, encodeBase45 } from "./base45.js";
import { decodeCbor } from "./cbor.js";
import { bytesToSign, claimedAlgorithm, parseSign1 } from "./cose.js";
import { nodePrimitives } from "./node-primitives.js";
import type { KeyUse, TrustedKey } from "./trust.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

test("Base45: the examples of RFC 9285", () => {
  for (const [plain, encoded] of [
    ["AB", "BB8"],
    ["Hello!!", "%69 VD92EX0"],
    ["base-45", "UJCLQE7W581"],
    ["ietf!", "QED8WEX0"],
  ] as const) {
    assert.equal(encodeBase45(Buffer.from(plain)), encoded);
    assert.equal(Buffer.from(decodeBase45(encoded) ?? []).toString(), plain);
  }
});

test("Base45: what no encoder can have written is refused", () => {
  for (const text of ["A", "::", ":::", "GGX", "GGW", "V5", "BB8A", "bb8", "BB8\n", "BB\u00e9", "::Z:::"]) {
    assert.equal(decodeBase45(text), undefined, JSON.stringify(text));
  }
});

test("CBOR: examples of RFC 8949 appendix A", () => {
  for (const [hex, value] of [
    ["1903e8", 1000],
    ["3903e7", -1000],
    ["fb3ff199999999999a", 1.1],
    ["6449455446", "IETF"],
    ["8301820203820405", [1, [2, 3], [4, 5]]],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["c11a514b67b0", 1363896240],
  ] as const) {
    assert.deepEqual(decodeCbor(Buffer.from(hex, "hex"), "content"), value, hex);
  }
  assert.deepEqual(
    decodeCbor(Buffer.from("a201020304", "hex"), "content"),
    new Map([
      [1, 2],
      [3, 4],
    ]),
  );
});

test("COSE: the signed CWT of RFC 8392 appendix A.3", () => {
  const message = parseSign1(
    Buffer.from(
      "d28443a10126a05850a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e" +
        "6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa2" +
        "9f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30",
      "hex",
    ),
  );
  assert.ok(message);
  assert.equal(claimedAlgorithm(message), -7);
  const key = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: Buffer.from("143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f", "hex").toString("base64url"),
      y: Buffer.from("60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9", "hex").toString("base64url"),
    },
  });
  const signed = bytesToSign(message.protectedBytes, message.payload);
  assert.ok(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, message.signature));
});

const cases = [
  {
    id: "common-CO3",
    text:
      "HC1:NCFTW2BM75VOO10KHHCUGEE45HB/J0DUIXEUKPAKGSITRD4PH.L0+6R.6USQN$9Q39V$K B9N3B2J7E31UN7ECHOXN5HM9QN" +
      "$L9L-OWE4UNN88RTCVDCQF1E  NDLSUMBG%RVPBX*O4LT0B8NKF2WTR:5Z3EA-ND9IW$2:U7U$FOU6UVT2Y2/URB2NFPDT2J1127" +
      "48%F1+FNZDAI627U66I07VH7/BHE1E33CGCHGCD61Y6B JD1GINNG2Q39613E1Q-9B8G.SM1M8-EF1R8I64+E06/96QS9YP1D2%X" +
      "K0SCBQRDFIBEGID1W34THEKFL36PX:G9TAB5F6UE/*SD3M4.BOLJ62WL23.4MXWN41BW37$DM:7E.QL%QLNDQN5NG8LWTD4KP8DB" +
      "47TZX4-:P%E64NIJNOTYQNUAKL19TTZ/KM+D.%O+THCSL:%D%R41A65$GX720QRUE9K3M-UJ:/AWYBV3Q-L67VP1CN*GFN$VQ K9" +
      "XLYQ81QUNOC4WR6NJK1OCUD2UT3XPY5MG6LW:B0GWU5N$J7QMNPAWX-1EQAMAFVZV4:M/*0:.943BX*PO7KIXRR7LG46Y%V WHMK" +
      "H",
    certificate:
      "MIIBWDCB/6ADAgECAgRsvRZ/MAoGCCqGSM49BAMCMBAxDjAMBgNVBAMMBUVDLU1lMB4XDTIxMDUwMzE4MDAwMFoXDTIxMDYwMjE4" +
      "MDAwMFowEDEOMAwGA1UEAwwFRUMtTWUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQRS4GeBpNxSbvnbLY56NvXZ26gCJ2Swair" +
      "BKQOuGqDTO3QMmyfNTH1sMg39aFDon51grJOyhKvEXXUaWD1LOLEo0cwRTAOBgNVHQ8BAf8EBAMCBaAwMwYDVR0lBCwwKgYMKwYB" +
      "BAEAjjePZQEBBgwrBgEEAQCON49lAQIGDCsGAQQBAI43j2UBAzAKBggqhkjOPQQDAgNIADBFAiBjECR5mdD4++CGQGlV51CEhXjn" +
      "eiMvvVybCYrCjfES4QIhAMNHse2P4I9AokcT9D8pLEDdbbbTxjEvnjB/DFOb9Tho",
    at: "2021-05-03T18:00:00Z",
    outcome: "valid",
    reasons: [],
  },
  {
    id: "common-CO1",
    text:
      "HC1:NCFG70HF0/3WUWGVLKW59$X9/YEHWLW*MH479CK$603XK2F3MPI8242F3MAI324/IC6TAY50.FK6ZK7:EDOLFVC*70B$D% D" +
      "3IA4W5646946846.966KCN9E%961A6DL6FA7D46XJCCWENF6OF63W5KF60A6WJCT3ETB8WJC0FDTA6AIA%G7X+AQB9746IG77TA$" +
      "96T476:6/Q6M*8CR63Y8R46WX8F46VL6/G8SF6DR64S8+96QK4.JCP9EJY8L/5M/5546.96VF6%JC+QEEK3ZED+EDKWE3EFX3ET3" +
      "4X C:VDS7DM347%EKWEMED3KC.SC4KCD3DX47B46IL6646I*6..DX%DLPCG/DE$EIZAITA2IA.HA+YAU09HY8 NAE+9GY8ZJCH/D" +
      "TZ9 QE5$C .CJECQW5HXO*WOZED93DXKEI3DAWEG09DH8$B9+S9 JC4/D3192KCQEDTVD$PC5$CUZC $5Z$5JPCT3E5JDOA7Q478" +
      "465W58*6V506C7ZBH $T7ZN0DLGIM9+836CMZEJ$KRZKINL$*HZ7S6-S8B8X*OKTD66QMHN7.F+30 UNT8GNZTS%LP*J9:3HHMY6" +
      "DP7VW$ND+G JLFIENLGYEOW0543L6 NEMM-LOD%8 PHVC5$GR0048VVTG1SQV216WI7+VSBA8XAG%5AG72HKR G5X5SG.TW-3WTO" +
      "3.80:FXSJH$IDPA5F6YFF K8$7S9XE8Q5$33QQ1:Y9E0PI37VD6:/DCYEVWPUZ3IXKHNL:TI0T4Q82BLK8*J-I7$+IN HZEVF.E " +
      "$98*TIWBCSUWQ5FDE$INNQA0J9H12/IT/663C2 $ELHLUH4J7U5FTTH5J91E/HRENV10CUHE Q5LN*TCC/T %TP0RWAL-7J-3H/D" +
      "T",
    certificate:
      "MIIC6DCCAdCgAwIBAgIFANiChcgwDQYJKoZIhvcNAQELBQAwETEPMA0GA1UEAwwGUlNBLU1lMB4XDTIxMDUwMzE4MDAwMFoXDTIx" +
      "MDYwMjE4MDAwMFowETEPMA0GA1UEAwwGUlNBLU1lMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlkD1nRcgUeWcivpM" +
      "akxVCyq6BNE66JoovuMdCO6/7TSx9MIpkKo5REmUUFM6NxFRIvRmz7Vt2B5ABlfUbvPymoYmtsI2DEaury2XZuMnSG5jXTsVemK9" +
      "g77OfmfBc6OdK31rD5CKz07EAMSzEcgDyac6668nAk1msiKUxJhiI5gEoDyEYPNz0pjpBasce5Y1MpfGd2+3OWY2JjqhMb3iN+R1" +
      "2TN9NRCYw3robiK1KzVnExQ9DLIWvWSskLD3KcrPH5ocCkKVqhutyPeuGcuUPoBcv3ML/E4lb4cbmrxakCgb0yryCMHa41Agen7R" +
      "EW20D+GjY0vSoKCoqXlubLSzmwIDAQABo0cwRTAOBgNVHQ8BAf8EBAMCBaAwMwYDVR0lBCwwKgYMKwYBBAEAjjePZQEBBgwrBgEE" +
      "AQCON49lAQIGDCsGAQQBAI43j2UBAzANBgkqhkiG9w0BAQsFAAOCAQEAZBh6sCBA+IA1SvXQBsbhqT4jTg+yAJ4R8RX9y0Gt4RrD" +
      "JkZazQ1uZeO8YkIzqVve5B8Cj8vXQ3wssHIABELallC0M4At2AlQvUNmXALO48D49wtz694HvsdNDswKxgmJpndFNfp8EIssZnY6" +
      "Vn3HlzTzJCAEPgTpZsSCiE6OqziK9eXzEh/vF2mjZOlLtspM07gfwJDhzrf6x4ENwVbLkUjBxKOzh5ksFpbxFMqinzpTLjh80R8m" +
      "IctBzY8NHkEBZCzzg+5xw5rFWtBtcMdhCPn86H5YdoUs86jHyAfnjv/IebJABaxJu3TAYUDBXpl54Xssf1AKct+I/uLgKjfOhg==",
    at: "2021-05-03T18:00:00Z",
    outcome: "valid",
    reasons: [],
  },
  {
    id: "common-CO5",
    text:
      "HC1:NCFTW2MVPYUO433*EH/:3F.RZS8%2L9GJMZDYVBH%Q3IBTY55.HI5MWREGQQIJ94 IVG28+0W4CVH15IO332:6F67S$BUA$R" +
      "7GV7ES%FFN3STYO1THF7RDUF/X4Z5O+51N4M*XJG2WL397PV/74WAC-YEAHUFJRGWJN+1KHN.IJ4Z90RBB11R73 $LD:C CO%ZTH" +
      "MK/%QDDMZ9IVO9P69/PGU5M.42L 5M+R3MSXBVK%0Q/G9L6KQQC1A.*SB3MWWI*H9M$K*K0D1A%:O/*Q$WF$D8$IBL8MXK7N*E6H" +
      "9GBCR*DDFCV/LRRSX$PHDE2QV F6TM2/MLO%PC%EB20 OO9W0ELEC*KP8E:UR 962O5GVJ2CL*8EOEUL3K4NT*T6UGLTC68ZJHD3" +
      "%HE83B*0O/$RTN6HS8OEILI6P$9SY3%J5/71ZZDHC1SY5P6C%T22:DN$6COO5$26CRGCW.TQZ9P65WAYPRAD",
    certificate:
      "MIIBWjCCAQCgAwIBAgIFAMZpVOQwCgYIKoZIzj0EAwIwEDEOMAwGA1UEAwwFRUMtTWUwHhcNMjEwNTAzMTgwMDAwWhcNMjEwNjAy" +
      "MTgwMDAwWjAQMQ4wDAYDVQQDDAVFQy1NZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL7dV3VWcCudWO+1RmqTwnc/MPHAl2T1" +
      "Tr+9rYpmcrIactTsyeIaM3WpXQPcxFm6h/ZWjz/U00FyQCmRlVx2k+GjRzBFMA4GA1UdDwEB/wQEAwIFoDAzBgNVHSUELDAqBgwr" +
      "BgEEAQCON49lAQEGDCsGAQQBAI43j2UBAgYMKwYBBAEAjjePZQEDMAoGCCqGSM49BAMCA0gAMEUCICb5xUpB/T6uXm7ZgvOp2d3o" +
      "WEYwLIyAlCohPhgJifoIAiEA6dPyP0xnES/Rx4fXFuuXLWbAF8o5Jx6iiySELyEulig=",
    at: "2021-05-03T18:00:00Z",
    outcome: "invalid",
    reasons: ["CERTIFICATE_SIGNATURE_INVALID"],
  },
  {
    id: "common-CO8",
    text:
      "HC1:NCFRY3VIM+J2600HHURP4-6PB-0O4JOW6*LA78SS:RIAU:A1W5V1*5WL5U5MR%O$AV98M+AQRAR5$FKAIB11/DC7D63-OHLO" +
      "M$5MCMOYE8X9P4F* C746084-:H9VB$YOT-F8.5FVLG.4G$UBI6B5IB 0J%MK6K$-M-Q6/:R42F+*47PBPY55CA4766M7OZD1RL1" +
      "RAJNCCO8:MM22DSN1-2NHPNW9ISVAWFNJT8+NKO E1/670GF-OHTAQR2:OQA$T7P00+59YFWFR0FOJK9Q11Q%5*PPSLODN1JPKCR" +
      "JTBA82NAXOKEBX:C1TM*RM9DOYD3%+8 2QVI2H1J*C9NYHJ97:VT2UK690OOV6 3L0OBT9B99TQA *1U4NYD4QL7*/JV.E%T2/GA" +
      "CHHZ$1UWJEB4PIL:D0EUC-31MO12.8+W5JBO+AL32I8JS%+H45U67LNCV-4MIYQN*TSUQ%2K8UI67KZ16W-26NTY2KH89$HR:TH0" +
      "BT*O3CNPDV14G4:6HK70077V:OOCH77F%L52OJRCW9IISQV05IMG6%MV34BN0M2CWQQNLPVA:V$JS39DTP325GDNF0-M-6VTPDG-" +
      "1Q28B6GU:KIM7R4U %L.+J$4WS6DX%V19O*7WD3TC7GRD912",
    certificate:
      "MIIBPTCB5KADAgECAgUA5YizIDAKBggqhkjOPQQDAjAQMQ4wDAYDVQQDDAVFQy1NZTAeFw0yMTA1MDMxODAwMDBaFw0yMTA2MDIx" +
      "ODAwMDBaMBAxDjAMBgNVBAMMBUVDLU1lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaWDGfVHx9AhzJzEH6BBeD1QVGEMZEN/0" +
      "S0quZIIkFyLeZQk8ygX/Ox6IK4c9BUfAItS3mzPEZkrLL7w/uGkDEaMrMCkwDgYDVR0PAQH/BAQDAgWgMBcGA1UdJQQQMA4GDCsG" +
      "AQQBAI43j2UBAjAKBggqhkjOPQQDAgNIADBFAiEA83yrh1rrS7P+vaLd26lfdm4ZxLP+O3fMgzqyY29st/sCIFV6znP/bC5Eg3TL" +
      "3GAroyvC2q9cEHn+FtR0Pv+SduQN",
    at: "2021-05-03T18:00:00Z",
    outcome: "invalid",
    reasons: ["CERTIFICATE_KEY_USE_REFUSED"],
  },
];

const uses: Record<string, KeyUse> = { "1": "test", "2": "vaccination", "3": "recovery" };

function trusted(der: string): TrustedKey {
  const certificate = new X509Certificate(Buffer.from(der, "base64"));
  return {
    keyId: createHash("sha256").update(certificate.raw).digest("hex").slice(0, 16),
    country: "",
    name: "dgc-testdata",
    algorithm: certificate.publicKey.asymmetricKeyType === "ec" ? "ES256" : "PS256",
    publicKey: certificate.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    uses: (certificate.keyUsage ?? []).flatMap((oid) => uses[/1847\.2021\.1\.([123])$/.exec(oid)?.[1] ?? ""] ?? []),
  };
}

for (const { id, text, certificate, at, outcome, reasons } of cases) {
  test(`HCERT: ${id} is ${outcome}, in Node and with what browsers have`, async () => {
    const trust = { version: 1, keys: [trusted(certificate)] } as const;
    for (const primitives of [nodePrimitives(), webPrimitives()]) {
      const verdict = await verifyCertificate(text, { trust, at: new Date(at), primitives });
      assert.deepEqual([verdict.outcome, verdict.reasons.map((reason) => reason.code)], [outcome, reasons]);
    }
  });
}
