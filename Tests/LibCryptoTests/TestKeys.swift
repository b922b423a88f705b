/// Keys made for these tests with `openssl genrsa` and `openssl rsa`; they protect nothing.
enum TestKeys {
  static let privatePKCS8 = """
    -----BEGIN PRIVATE KEY-----
    MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDvwyTh7putyYGQ
    vEGQqZUF+ChJ52fNrGY+GDzRIPHSiDMFa3clXxqdPiHyzTRcVyTNRKr5GGa9nx8U
    gOlsT4PoSduB//xHWruBEiczqgEnU/jnzrx6S4TpRT1W5wNxZtFQmmaoSJfvcVox
    e4rAFQpmJeZ2SCPh+i0zStR6EwEtHujusENydRfaT4kIu4PsKjI8CmpP0EANCEr5
    1dLpDOmuNelotlF9JWWM9vWQDa3hyv9rPvwpqMffxaYRuT3A+Bhr5p58KOI2boAx
    kFTeN95/hxVEmSC3YufGz42jnmPhsMaXdjCJYs6wKOWvV8AX0AAOMXYuFQ+bamRX
    Ea8EOTCfAgMBAAECggEATr50mo9XKdiIaRSrI+vOOcuqz7rkaLQ6UCJ9tuFvCooY
    16rX0rpNb188nxWuILWuLIxk6rKM67Ia7wz3nM7wr5WyNhvwqy6tblKb9WfcQSJf
    GSLY3AF5gXNwFd6BTvlJvYM4PAS7gbRkvuOoSjWe2LWR3z8KKemUdsgYyI79T+e4
    JbgbE+4L/k1I+cux+A4yo/FzE5NTo3jRMJGSCNUzy7JbSzmJGHFIslRiTMNZK6Lv
    vtd9DYQ2uPIQeyeiDr9qA0zrJZCMUUfD00CzXGcq7dppg8roh89MEfNfEbzpRLxc
    LTfE0SUzRUcsEtg+RaQPleWB3iLITcLKRuohJjJHAQKBgQD+abeI8X2ZjLqi2W5u
    IEtqHeq+JJ5j2x1lBQQdDUMfi3LcicBvDy9jTtTZ0MDvAOjm/K/fEXkZX5yWEKxC
    O5BZQyVfn+D9w5BDGVZOCd7wRYMtOvJ5atd7yzncdgrh5QPQzHoRdTVqC+RjgoqE
    T6TdDCxdk0EUhKU7Wp0ERxlIoQKBgQDxQgflObviEDHnk0uc9ZdjL6FTVZpX/7iC
    ORqQY3sLuxIhsJzeRFowD9SBo4tIkm5acc2g0TCI/3YRs8myg1eP7sYd3JHleT3+
    WuuXolDyKca7k5zllvQip7eNoF/adOC17cM+zOLi1ADvqw+61PA5fMwm4ajA/mAE
    ABELaCmxPwKBgQDdONnyB2Ma0Oc9UeoXcpeBF7CWVEsyM0b1H457IJwcYuqm4FVn
    fQHMzbCCEmahrN3YdSMMyinOKXiEeM0A7sBPDfcClohSwOnBnteQFj84GIm/G8Ha
    WFA1gfq3PCGsWbKerh767TtcEikvakS+Vm7aE4rEd5YgnFL9MIbWQGi44QKBgGyW
    5erc854q3+t1tuDtAbjZJWnW6+OT7D5g6X336Ng82Upkrha0+UsMtP+s1vJRRm5b
    Lsylm4zuPvx0yeIZj/3u4SlrsBdzXN3xmnzjyD9XYmXnaQVFzpkSmGGcv8gaN1Jr
    tCe+HJkwB0PY4PmdAos9ir4tb8F+PUVPqlxSBAINAoGBAJAp2MR2flEfBWR/Nr4z
    Mrhsxcz3u5BUtL0oB7Bydy6A4AojgVEB2omzf9AISCLdBQwTl5HgniSJJpYHxa5a
    IbJiNfCl19/+JP2tsN0dQ3zkGsM2JiPXiCNOlJGMZSO2UyHmgkP0Gl10p/gyrUEy
    vPAMMBBMeqry/lihk0aOsvUF
    -----END PRIVATE KEY-----
    """

  static let privatePKCS1 = """
    -----BEGIN RSA PRIVATE KEY-----
    MIIEpAIBAAKCAQEA78Mk4e6brcmBkLxBkKmVBfgoSednzaxmPhg80SDx0ogzBWt3
    JV8anT4h8s00XFckzUSq+RhmvZ8fFIDpbE+D6Enbgf/8R1q7gRInM6oBJ1P45868
    ekuE6UU9VucDcWbRUJpmqEiX73FaMXuKwBUKZiXmdkgj4fotM0rUehMBLR7o7rBD
    cnUX2k+JCLuD7CoyPApqT9BADQhK+dXS6QzprjXpaLZRfSVljPb1kA2t4cr/az78
    KajH38WmEbk9wPgYa+aefCjiNm6AMZBU3jfef4cVRJkgt2Lnxs+No55j4bDGl3Yw
    iWLOsCjlr1fAF9AADjF2LhUPm2pkVxGvBDkwnwIDAQABAoIBAE6+dJqPVynYiGkU
    qyPrzjnLqs+65Gi0OlAifbbhbwqKGNeq19K6TW9fPJ8VriC1riyMZOqyjOuyGu8M
    95zO8K+VsjYb8KsurW5Sm/Vn3EEiXxki2NwBeYFzcBXegU75Sb2DODwEu4G0ZL7j
    qEo1nti1kd8/CinplHbIGMiO/U/nuCW4GxPuC/5NSPnLsfgOMqPxcxOTU6N40TCR
    kgjVM8uyW0s5iRhxSLJUYkzDWSui777XfQ2ENrjyEHsnog6/agNM6yWQjFFHw9NA
    s1xnKu3aaYPK6IfPTBHzXxG86US8XC03xNElM0VHLBLYPkWkD5Xlgd4iyE3Cykbq
    ISYyRwECgYEA/mm3iPF9mYy6otlubiBLah3qviSeY9sdZQUEHQ1DH4ty3InAbw8v
    Y07U2dDA7wDo5vyv3xF5GV+clhCsQjuQWUMlX5/g/cOQQxlWTgne8EWDLTryeWrX
    e8s53HYK4eUD0Mx6EXU1agvkY4KKhE+k3QwsXZNBFISlO1qdBEcZSKECgYEA8UIH
    5Tm74hAx55NLnPWXYy+hU1WaV/+4gjkakGN7C7sSIbCc3kRaMA/UgaOLSJJuWnHN
    oNEwiP92EbPJsoNXj+7GHdyR5Xk9/lrrl6JQ8inGu5Oc5Zb0Iqe3jaBf2nTgte3D
    Pszi4tQA76sPutTwOXzMJuGowP5gBAARC2gpsT8CgYEA3TjZ8gdjGtDnPVHqF3KX
    gRewllRLMjNG9R+OeyCcHGLqpuBVZ30BzM2wghJmoazd2HUjDMopzil4hHjNAO7A
    Tw33ApaIUsDpwZ7XkBY/OBiJvxvB2lhQNYH6tzwhrFmynq4e+u07XBIpL2pEvlZu
    2hOKxHeWIJxS/TCG1kBouOECgYBsluXq3POeKt/rdbbg7QG42SVp1uvjk+w+YOl9
    9+jYPNlKZK4WtPlLDLT/rNbyUUZuWy7MpZuM7j78dMniGY/97uEpa7AXc1zd8Zp8
    48g/V2Jl52kFRc6ZEphhnL/IGjdSa7QnvhyZMAdD2OD5nQKLPYq+LW/Bfj1FT6pc
    UgQCDQKBgQCQKdjEdn5RHwVkfza+MzK4bMXM97uQVLS9KAewcncugOAKI4FRAdqJ
    s3/QCEgi3QUME5eR4J4kiSaWB8WuWiGyYjXwpdff/iT9rbDdHUN85BrDNiYj14gj
    TpSRjGUjtlMh5oJD9BpddKf4Mq1BMrzwDDAQTHqq8v5YoZNGjrL1BQ==
    -----END RSA PRIVATE KEY-----
    """

  static let publicSPKI = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA78Mk4e6brcmBkLxBkKmV
    BfgoSednzaxmPhg80SDx0ogzBWt3JV8anT4h8s00XFckzUSq+RhmvZ8fFIDpbE+D
    6Enbgf/8R1q7gRInM6oBJ1P45868ekuE6UU9VucDcWbRUJpmqEiX73FaMXuKwBUK
    ZiXmdkgj4fotM0rUehMBLR7o7rBDcnUX2k+JCLuD7CoyPApqT9BADQhK+dXS6Qzp
    rjXpaLZRfSVljPb1kA2t4cr/az78KajH38WmEbk9wPgYa+aefCjiNm6AMZBU3jfe
    f4cVRJkgt2Lnxs+No55j4bDGl3YwiWLOsCjlr1fAF9AADjF2LhUPm2pkVxGvBDkw
    nwIDAQAB
    -----END PUBLIC KEY-----
    """

  static let publicPKCS1 = """
    -----BEGIN RSA PUBLIC KEY-----
    MIIBCgKCAQEA78Mk4e6brcmBkLxBkKmVBfgoSednzaxmPhg80SDx0ogzBWt3JV8a
    nT4h8s00XFckzUSq+RhmvZ8fFIDpbE+D6Enbgf/8R1q7gRInM6oBJ1P45868ekuE
    6UU9VucDcWbRUJpmqEiX73FaMXuKwBUKZiXmdkgj4fotM0rUehMBLR7o7rBDcnUX
    2k+JCLuD7CoyPApqT9BADQhK+dXS6QzprjXpaLZRfSVljPb1kA2t4cr/az78KajH
    38WmEbk9wPgYa+aefCjiNm6AMZBU3jfef4cVRJkgt2Lnxs+No55j4bDGl3YwiWLO
    sCjlr1fAF9AADjF2LhUPm2pkVxGvBDkwnwIDAQAB
    -----END RSA PUBLIC KEY-----
    """

  static let publicOf1024Bits = """
    -----BEGIN PUBLIC KEY-----
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC/O9n0EBE5vFk8BnbVrbgGejcn
    gK3MY8+1HuqXcLc91NGDR4aywRyRvqmpVay0Gt+huc/W6aS5VLpiwnbuoiHYyaWN
    J51P93+mLlEQyi0lEYYap9d091tUx52NCNyA+Qw3Et+Mo8ynyS4FAzKjZgRarwtU
    WOb0b9kXOOfvxyr3fwIDAQAB
    -----END PUBLIC KEY-----
    """

  static let publicOfCurve = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYprIvejjX/CGFej/9bJpIXFeHqiN
    XYxn5hCqWFoYflWcYiiZTdJQj0YHEA3IIRn/8EnE5SDuIYO4UZYMLuoW4g==
    -----END PUBLIC KEY-----
    """

  static let privateOfCurve = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2KV7p7bqww/sdIZZ
    Km7NAtxkekwOQYFMwDvTpzOSAX6hRANCAARimsi96ONf8IYV6P/1smkhcV4eqI1d
    jGfmEKpYWhh+VZxiKJlN0lCPRgcQDcghGf/wScTlIO4hg7hRlgwu6hbi
    -----END PRIVATE KEY-----
    """

  static let encrypted = """
    -----BEGIN RSA PRIVATE KEY-----
    Proc-Type: 4,ENCRYPTED
    DEK-Info: AES-128-CBC,028B5B0FB11495DAE3729248F2D2945F

    GEhLOwKFX7RRFKy09KxTUN9fmvJKL86pqvsQKEVTJVajdrV8djhWBXlHhXoTbchK
    TcFpXtmGjOrscM5ct+baJvYjUtXhL9rxXOk9wbaI8dygVtpVNvlPBskPsWbs2G+5
    XDPY+Oqc4ghxV1OECc0bpMICMyOGd2hmZ50H5An1Xy0POqYoNzZswtMBOOt+29ZY
    1vQ1iKquO2bf1SpBuPawyIrXGXQjMk2TP6Y99J65AYlfRv5QAGSatn/eTZr0zBTV
    CLRW4mA3XqGAJrAUmWK4HRY4YauqjwfmGrO6DC36plfzhwIms25pbbiIrwp6YPWp
    9NAY8thVcaj2OL1NpJHRfwdENMg5rqhWJoJkTSKwwu3AwhJHhsrQmKunyweD6rpa
    Gk9Mjqn/vM1Uj0n0FMWG4DqdHKp/KUK6ahiImco9+vpzygjbeK/Re2OtZRscKFf8
    L/D5P9vlGMA2DB9j5UvMcyn9C1RMWeSox0FZeWUPaCkQeDZvTZp5yD+NMA2cURZt
    TZiuuJGGWqnC0Z0Jbkfk63GNplEg+kzU6B6zD+Fx8a+NOpUFbgNUWqv8+zbAxtMq
    tddw94dMGFKL44Qf5knk55Co8GyMIK16aoraG4SOov7yMTcHhiPh9WLVNIsq+Ygi
    YFiMwJj46ywl+8GcAim+E62fxVdcWwBaLFyhkeMORLpemZnT7/7bX4jTUBeX2XGo
    eRnimyD3T+sIklt4zAIo04YSy+S+Dy2ouS3/F4KiF0xDCfKlHiOP2qjTJXZg+pjE
    kfgpZvFIHUsIrTwEgis2LnSAGoLk5UaV8Y5oxsdgIJmSeCCT+yeCZ1gruNBwPdA+
    TIQAU2vR4uZfYxNhtL5Vtv83fvZh3FMHEsqTmg8WspkeS7U6D4TXOepGeJaeCfGT
    2ic0zZqtMujKpA3sSOkOTS4WQ3fiQJiKcrEVokxd7UCQMqVQ/8Y6Mbxw1QcjW+FL
    zmVsEf1s1IM6/2vFWRMeIO9MzZrWAhX0TDTiKo0X37qC04TIL79aMzqTtCljyWcZ
    UCdKFlyAhefS4+ukH/S2Pus3pDgFZFwQk1DgaorCR9/FyV9RDw9QO8S70Tg0WWYq
    3ofvrgtYZxt5ocbtpv9Sfo3OhoBZCG3Bl51ILyjsA6ZZrey5400Q3Xq7efVbnhON
    IBKueJvFnXd6cRSMpDl6J7Q++So6yZ2qDFxlA5+UpEFd+FAqvKbjxuLQN42eE8gR
    XQkcG/tpGuyjFYVduAulMu3lqBAMgCHSsk+qrwrYBvrwbILlgWidA6III2ED2iTg
    5jp5Fa+auz5JdbhmwomTofv/RiYKrJlJZlU43Ev2UPTKE6NGP59FV7Qv02ztAU3t
    /b7AB+Ik30tnEXO7Sjfj9JBzdrvrGRIBvQjkhito2uE9onrxvLRd6Zy06dFyum05
    y4bLWC3ChqkkNBP3+HeOjJy6mt/7FJrvCB0nfVXmMZTPeav67whnK4NXEIXFRbKJ
    LvWdIlbSsZihjaP51nmrtyu2nagzfEhi3JBOtOiK8w6jWjEIpNnxJsqok2JaJ2In
    jSv3zewRCRhR1q0R+bgTGZmha+qlJgoYmy+n/U5ybH7KGuRz7CN4VqtnnKTAafbI
    -----END RSA PRIVATE KEY-----
    """

  /// What `openssl dgst -sha256 -sign` made of the text `message`.
  static let signature = hex(
    """
    0dd8e0ef3fe11af192f8adca01b351aaa5a0485f2a849d4d4ee11289231dfcb9
    ca2fe883a071a742d0f984619b33a68ad3b92283540453af832dcb1ce664719f
    2c1e36814598407d8d2607c12337957780d33bed4583c3b74074d063a0d68c4e
    8bf2840365c83cc0bdf4d593b13a064a610996a2eac382190734f0a86ece11cd
    e3021e2952212d393a17a34c69563533ea1c14d68384b70e59e5cf6bca11ad58
    93a3c7c9de67e8d4d3b621deab626970c4cbe6cb60e4d051b0dc2a31b1950cf2
    c015cde9d3b10b0c6c6fa2b07650d7f5b787d90a9545ff868ee51c494a9d1d37
    44cdfdd03aac8e5f97f43df22e6bb9f6854b9330fbf9d290f213c767729d1141
    """)
}
