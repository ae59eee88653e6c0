"""The forty people of the demo company, invented, and their four teams."""

from dataclasses import dataclass

from people.choices import Language, Role

EMAIL_HOST = "linan.example"
ZH, EN = Language.CHINESE, Language.ENGLISH
SUPPORT, FULFILMENT, FIELD, QUALITY = "support", "fulfilment", "field", "quality"

ORGANIZATION = {
    "slug": "linan",
    "name_en": "Lin'an Home Services",
    "name_zh": "临安到家服务",
    "time_zone": "Asia/Shanghai",
    "language": Language.CHINESE,
}
TEAMS = {
    SUPPORT: ("Customer support", "客户支持"),
    FULFILMENT: ("Fulfilment", "履约配送"),
    FIELD: ("Field service", "上门服务"),
    QUALITY: ("Quality and process", "质量与流程"),
}
PROJECTS = {
    SUPPORT: ("CARE", "Customer care", "客户关怀"),
    FULFILMENT: ("SHIP", "Warehouse and delivery", "仓储与配送"),
    FIELD: ("SITE", "Home visits", "上门作业"),
    QUALITY: ("QUAL", "Quality and training", "质量与培训"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One employee. `signs_in` gives a password; the others exist to work, not to be tried out."""

    name: str
    address: str
    team: str
    role: Role = Role.MEMBER
    language: Language = ZH
    leads: bool = False
    signs_in: bool = False

    @property
    def email(self) -> str:
        """An address in a domain that never exists."""
        return f"{self.address}@{EMAIL_HOST}"


LEADS = (
    Person("李文静", "li.wenjing", SUPPORT, Role.MANAGER, leads=True, signs_in=True),
    Person("Daniel Okafor", "daniel.okafor", FULFILMENT, Role.MANAGER, EN, leads=True, signs_in=True),
    Person("周建国", "zhou.jianguo", FIELD, Role.MANAGER, leads=True),
    Person("Sofia Lindqvist", "sofia.lindqvist", QUALITY, Role.MANAGER, EN, leads=True),
)
OFFICE = (
    Person("陈思远", "chen.siyuan", QUALITY, Role.ADMIN, signs_in=True),
    Person("Grace Tan", "grace.tan", QUALITY, Role.VIEWER, EN, signs_in=True),
)
_MEMBERS = {
    SUPPORT: (
        ("王晓燕", "wang.xiaoyan"),
        ("Priya Nair", "priya.nair"),
        ("赵雨桐", "zhao.yutong"),
        ("刘洋", "liu.yang"),
        ("Emma Fischer", "emma.fischer"),
        ("孙梦琪", "sun.mengqi"),
        ("何家豪", "he.jiahao"),
        ("Tomás Rivera", "tomas.rivera"),
        ("林诗雨", "lin.shiyu"),
        ("郭子涵", "guo.zihan"),
        ("Aisha Rahman", "aisha.rahman"),
    ),
    FULFILMENT: (
        ("张伟", "zhang.wei"),
        ("黄志强", "huang.zhiqiang"),
        ("Lucas Moreau", "lucas.moreau"),
        ("徐静", "xu.jing"),
        ("马超", "ma.chao"),
        ("朱丽娜", "zhu.lina"),
        ("Hana Sato", "hana.sato"),
        ("胡军", "hu.jun"),
        ("高翔", "gao.xiang"),
    ),
    FIELD: (
        ("罗勇", "luo.yong"),
        ("梁俊杰", "liang.junjie"),
        ("Peter Novak", "peter.novak"),
        ("宋伟东", "song.weidong"),
        ("郑凯", "zheng.kai"),
        ("谢明", "xie.ming"),
        ("Carlos Mendes", "carlos.mendes"),
        ("韩磊", "han.lei"),
        ("唐亮", "tang.liang"),
    ),
    QUALITY: (
        ("冯雪", "feng.xue"),
        ("Nadia Haddad", "nadia.haddad"),
        ("董佳怡", "dong.jiayi"),
        ("萧然", "xiao.ran"),
        ("Oliver Brandt", "oliver.brandt"),
    ),
}
TRIAL_MEMBER = "priya.nair"
MEMBERS = tuple(
    Person(name, address, team, language=EN if name[0].isascii() else ZH, signs_in=address == TRIAL_MEMBER)
    for team, names in _MEMBERS.items()
    for name, address in names
)
EVERYBODY = (*LEADS, *OFFICE, *MEMBERS)

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN_ZH = (
    "伟,芳,娜,敏,静,丽,强,磊,军,洋,勇,艳,杰,娟,涛,明,超,霞,平,刚,秀英,文博,雨欣,子轩,梓涵,一诺,浩然,思琪,嘉怡"
)
GIVEN_EN = (
    "Anna,Ben,Clara,David,Elena,Hannah,Ivan,Julia,Kevin,Laura,Marco,Nina,Oscar,Paula,Rajesh,Sarah,Tariq"
)
FAMILY_EN = (
    "Adams,Bauer,Costa,Dubois,Eriksen,Foster,Garcia,Hughes,Jensen,Khan,Larsen,Moretti,Nguyen,Olsen,Park"
)
